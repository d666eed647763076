"""Which staff page opens for whom: the table that the tests of access and of forged forms go by."""

DOOR, CODE, PHONE, HOME = "→ /staff/login", "→ /staff/second-factor", "→ /staff/second-factor/new", "→ /staff"
VISITORS = (
    "a stranger", "an initial session", "a student", "a registrar without the digits", "a registrar without a phone",
    "a clerk", "another clerk", "a registrar",
)  # fmt: skip
ANYONE, BLANK, GONE = (200,) * 8, (422,) * 8, (410,) * 8
OUTSIDE = (DOOR, 403, 403)
INSIDE = (*OUTSIDE, CODE, PHONE)

STAFF_ROUTES = {
    ("GET", "/staff/login"): ANYONE,
    ("POST", "/staff/login"): BLANK,
    ("GET", "/staff/activate"): ANYONE,
    ("POST", "/staff/activate"): BLANK,
    ("GET", "/staff/activate/<token>"): GONE,
    ("POST", "/staff/activate/<token>"): GONE,
    ("GET", "/staff"): (*INSIDE, 200, 200, 200),
    ("GET", "/staff/returns"): (*INSIDE, 200, 200, 200),
    ("GET", "/staff/returns/<student_no>/<key>"): (*INSIDE, 200, 404, 200),
    ("POST", "/staff/returns/<student_no>/<key>/preview"): (*INSIDE, 422, 404, 422),
    ("POST", "/staff/returns/<student_no>/<key>"): (*INSIDE, 422, 404, 422),
    ("POST", "/staff/returns/<student_no>/<key>/close"): (*INSIDE, 404, 404, 404),
    ("GET", "/staff/returns/reasons"): (*INSIDE, 403, 403, 200),
    ("POST", "/staff/returns/reasons"): (*INSIDE, 403, 403, "→ /staff/returns/reasons"),
    ("GET", "/staff/photos"): (*INSIDE, 200, 200, 200),
    ("POST", "/staff/photos"): (*INSIDE, *["→ /staff/photos"] * 3),
    ("GET", "/staff/photos/<student_no>/<field>/<mark>.jpg"): (*INSIDE, *[404] * 3),
    ("GET", "/staff/second-factor"): (*OUTSIDE, 200, PHONE, HOME, HOME, HOME),
    ("POST", "/staff/second-factor"): (*OUTSIDE, 422, PHONE, HOME, HOME, HOME),
    ("GET", "/staff/second-factor/new"): (*OUTSIDE, CODE, 200, 200, 200, 200),
    ("POST", "/staff/second-factor/new"): (*OUTSIDE, CODE, 422, 422, 422, 422),
    ("GET", "/staff/waves"): (*INSIDE, 200, 200, 200),
    ("GET", "/staff/waves/none"): (*INSIDE, 200, 200, 200),
    ("GET", "/staff/waves/new"): (*INSIDE, 403, 403, 200),
    ("POST", "/staff/waves/new"): (*INSIDE, 403, 403, 422),
    ("GET", "/staff/waves/<int:wave_id>"): (*INSIDE, 403, 403, 404),
    ("POST", "/staff/waves/<int:wave_id>"): (*INSIDE, 403, 403, 404),
    ("POST", "/staff/waves/<int:wave_id>/move"): (*INSIDE, 403, 403, 404),
    ("GET", "/staff/waves/<int:wave_id>/delete"): (*INSIDE, 403, 403, 404),
    ("POST", "/staff/waves/<int:wave_id>/delete"): (*INSIDE, 403, 403, 404),
    ("GET", "/staff/students/<student_no>/reopen"): (*INSIDE, 200, 404, 200),
    ("POST", "/staff/students/<student_no>/reopen"): (*INSIDE, 422, 404, 422),
    ("POST", "/staff/students/<student_no>/reopen/end"): (
        *INSIDE,
        "→ /staff/students/411510001/reopen",
        404,
        "→ /staff/students/411510001/reopen",
    ),
    ("GET", "/staff/settings"): (*INSIDE, 200, 200, 200),
    ("POST", "/staff/settings/others"): (*INSIDE, *["→ /staff/settings"] * 3),
    ("GET", "/staff/settings/password"): (*INSIDE, 200, 200, 200),
    ("POST", "/staff/settings/password"): (*INSIDE, 422, 422, 422),
    ("GET", "/staff/settings/codes"): (*INSIDE, PHONE, PHONE, 200),
    ("POST", "/staff/settings/codes"): (*INSIDE, PHONE, PHONE, 422),
    ("GET", "/staff/log"): (*INSIDE, 403, 403, 200),
    ("POST", "/staff/log/export"): (*INSIDE, 403, 403, 200),
}
