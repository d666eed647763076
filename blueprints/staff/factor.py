"""The second factor of staff: asking for it, and setting up a phone with a set of recovery codes."""

from flask import Blueprint, request

from blueprints import access, guard, language, security_log
from blueprints.htmx import render
from blueprints.staff import access as staff_access
from blueprints.staff import letters as staff_letters
from blueprints.staff.access import CODE, ENROL, half_required, visitor
from blueprints.staff.forms import CodeForm, EnrolForm
from domain import second_factor
from domain.words import N_, Invalid
from tables.staff import RecoveryCode
from tables.staff_visits import enrol as keep_phone
from tables.store import database, now
from tables.tries import Tries

bp = Blueprint("staff_factor", __name__, url_prefix="/staff/second-factor")
PER_QUARTER, PER_DAY = 5, 20
BAD_DIGITS = N_("This code is wrong or was used already. Wait for the next one and type that.")
BAD_PAPER = N_("This recovery code is wrong or was used already. Try another one of the ten.")
NOT_NEW = N_("This is not the code of the new phone. Scan the picture, then type its 6 digits.")


@bp.get("")
@half_required
def ask():
    """The six digits, or a recovery code."""
    return staff_access.arrive() if visitor().missing != CODE else code_page(CodeForm(formdata=None))


@bp.post("")
@half_required
def check():
    """With a good code the session becomes a whole one, under another id."""
    here, form = visitor(), CodeForm()
    if here.missing != CODE:
        return staff_access.arrive()
    if not form.validate():
        return code_page(form, form.wrong), 422
    try:
        way = verify(here.member, form.code.data)
    except Invalid as reason:
        return code_page(form, {"code": language.say(reason)}), 422
    staff_access.begin(here.account, True, way)
    return staff_access.arrive()


def code_page(form, errors=None):
    """The page that asks. `?paper=1` asks for a recovery code, and so does a form that held something like one."""
    paper = "paper" in request.args or second_factor.is_recovery(form.code.data)
    return render("staff/code.html", paper=paper, errors=errors or {}, account=visitor().account)


def verify(member, typed) -> str:
    """Which of the two this code is, `phone` or `paper`; it is used up. Raises Invalid.

    Tries are counted before they are judged: many at once are no way round the limit.
    """
    quarter, day = f"second factor {member.account}", f"second factor of the day {member.account}"
    n = Tries.count(quarter, guard.SHORT)
    if n > PER_QUARTER or Tries.count(day, guard.DAY) > PER_DAY:
        raise Invalid(N_("Too many wrong codes. Wait 15 minutes, then try again."))
    way = accepted(member, typed)
    if way is None:
        security_log.note("staff-code-refused", member.account, of_five=n)
        if n == PER_QUARTER:
            staff_letters.tell(staff_letters.GUESSED, member)
        raise Invalid(BAD_PAPER if second_factor.is_recovery(typed) else BAD_DIGITS)
    Tries.forget(quarter)
    Tries.forget(day)
    return way


def accepted(member, typed):
    """`phone`, `paper` or None."""
    if second_factor.is_recovery(typed):
        return "paper" if use_paper(member, typed) else None
    step = second_factor.step_of(member.opened_secret(), typed, now())
    return "phone" if step and member.use_step(step) else None


def use_paper(member, typed) -> bool:
    """Use a recovery code up, and tell its owner."""
    with database.atomic():
        taken = RecoveryCode.take(member.account, typed)
        if taken:
            left = RecoveryCode.left(member.account)
            staff_letters.tell(staff_letters.CODE_USED, member, left=left)
            security_log.note("staff-code-used", member.account, left=left)
    return taken


@bp.get("/new")
@half_required
def enrol():
    """The picture for the phone. The secret is computed for this session, so that looking writes nothing."""
    here = visitor()
    return staff_access.arrive() if here.missing == CODE else enrol_page(here)


@bp.post("/new")
@half_required
def confirm():
    """Keep the phone once it has shown that it works, and show the recovery codes, this once."""
    here, form = visitor(), EnrolForm()
    if here.missing == CODE:
        return staff_access.arrive()
    secret = here.member.secret_to_offer(here.token)
    step = second_factor.step_of(secret, form.code.data, now())
    errors = wrong_in(form, here.member, step)
    if errors:
        return enrol_page(here, errors), 422
    return render("staff/codes.html", codes=keep(here, secret, step))


def keep(here, secret, step) -> list[str]:
    """Keep the phone, begin a whole session, and give the recovery codes."""
    with database.atomic():
        codes = keep_phone(here.member, secret, step)
        staff_letters.tell(staff_letters.ENROLLED, here.member)
        security_log.note("staff-phone-set", here.account)
    staff_access.begin(here.account, True, way="phone" if here.missing else None)
    return codes


def wrong_in(form, member, step):
    """What is wrong, by control. The code in use is judged last: it can be used only once."""
    if not form.validate():
        return form.wrong
    if step is None:
        return {
            "code": language.say(N_("This is not the code of the new phone. Scan the picture, then type its 6 digits."))
        }
    try:
        if member.has_second_factor:
            verify(member, form.current.data)
    except Invalid as reason:
        return {"current": language.say(reason)}
    return {}


def enrol_page(here, errors=None):
    """The page with the picture and the secret to type."""
    secret = here.member.secret_to_offer(here.token)
    issuer = access.record().school["short"].en
    size, path = second_factor.drawing(second_factor.address(secret, here.account, issuer))
    return render(
        "staff/enrol.html",
        size=size,
        path=path,
        secret=second_factor.grouped(secret),
        asks_current=here.member.has_second_factor,
        must=here.missing == ENROL,
        errors=errors or {},
        account=here.account,
    )
