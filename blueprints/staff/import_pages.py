"""The pages of an import: one for each state, with what it shows."""

from flask import url_for
from flask_login import current_user

from blueprints import language, security_log
from blueprints.htmx import render
from domain.clock import full
from domain.roster import letter
from domain.roster_columns import BY_NAME, COLUMNS
from domain.roster_file import MAX_BYTES, MAX_ROWS
from domain.words import N_, Invalid
from tables import imports
from tables.import_check import as_columns
from tables.import_parts import CHANGES, ERRORS, LEFT, PROBLEMS
from tables.imports import ImportJob
from tables.staff import Staff
from tables.store import now

PAGE = 50
LIMITS = {"megabytes": MAX_BYTES // 1_000_000, "rows": f"{MAX_ROWS:,}", "bytes": MAX_BYTES}
# A background process that does not say anything for so long is not there.
LONG = 90
# What an import does not know before it is so far.
UNKNOWN_YET = {"rows": 0, "moved": False, "wrong": None, "bad_rows": 0, "changed": 0}
REASONS = {
    "answers": N_("has filled in something already"),
    "password": N_("has logged in and set a password"),
    "changed": N_("was changed again after this import"),
    "gone": N_("is no longer in the system"),
}
MISSING = N_("{column}: choose the column of the file that holds it")
TWICE = N_("{column} is chosen twice: leave one of them out")
STATES = {
    imports.READING: N_("Reading the file"),
    imports.CHECKING: N_("Checking every cell"),
    imports.WRITING: N_("Writing"),
    imports.UNDOING: N_("Undoing"),
    imports.COLUMNS: N_("Columns to be confirmed"),
    imports.CHECKED: N_("Preview to be confirmed"),
    imports.DONE: N_("Imported"),
    imports.UNDONE: N_("Undone"),
}


def when(at):
    """A time in words."""
    return full(at, language.current())


def name_of(account):
    """A member of staff by name and number."""
    member = Staff.get_or_none(Staff.account == account)
    return f"{member.name} {account}" if member else account


def upload_page(busy=None, wrong=""):
    """The page with the file box, or with who is importing; and the last imports."""
    rows = [row_of(job) for job in ImportJob.latest()]
    other = busy and {**about(busy), "is_mine": busy.account == current_user.account}
    errors = {"file": wrong} if wrong else {}
    return render("staff/import/index.html", busy=other, errors=errors, latest=rows, limits=LIMITS)


def failed_page(job):
    """The first page again, with why the file could not be used."""
    message, values = job.known["wrong"]
    return upload_page(wrong=language.say(Invalid(message, **values))), 422


def row_of(job):
    """One line of the list of imports."""
    return {**about(job), "at": when(job.known["written_at"])}


def about(job):
    """What every page of an import shows."""
    is_silent = job.state in imports.WORKING and now() - max(job.beat, job.changed_at) > LONG
    return {
        "job": job,
        "known": {**UNKNOWN_YET, **job.known},
        "who": name_of(job.account),
        "begun": when(job.begun_at),
        "state": language.say(STATES.get(job.state, "")) if job.state in STATES else "",
        "is_silent": is_silent,
        "limits": LIMITS,
    }


def page_of(job, asks_columns=False, numbers=None):
    """The page of an import by its state."""
    if job.state in imports.WORKING:
        return render("staff/import/progress.html", **about(job))
    if job.state == imports.COLUMNS or (asks_columns and job.state == imports.CHECKED):
        return columns_page(job, as_columns(job.known["columns"]))
    if job.state in (imports.FAILED, imports.CANCELLED):
        return closed_page(job)
    shown = lists(job, numbers or {})
    if job.state == imports.CHECKED:
        return render("staff/import/preview.html", **about(job), **shown)
    until = when(job.undo_until)
    return render("staff/import/done.html", **about(job), **shown, until=until, may_undo=job.can_be_undone)


def closed_page(job):
    """Of an import that came to nothing, the first page; why, if it failed."""
    if job.state == imports.FAILED:
        message, values = job.known["wrong"]
        return upload_page(wrong=language.say(Invalid(message, **values)))
    return upload_page()


def columns_page(job, columns, problems=()):
    """The columns of the file, each with what it is taken for. `problems`: what is wrong with the choice."""
    known = job.known
    rows = [
        (
            f"c{place}",
            letter(place),
            (known["header"][place : place + 1] or [""])[0].strip(),
            known["samples"].get(str(place), []),
            column.name if column else "",
        )
        for place, column in columns.items()
    ]
    wrong = wrong_choices(rows, problems)
    options = [(column.name, column.zh, column.required) for column in COLUMNS]
    about_them = {"rows": rows, "wrong": wrong, "options": options}
    return render("staff/import/columns.html", **about(job), **about_them)


def wrong_choices(rows, problems):
    """(control id, message) of what is wrong: the later of two equal choices, or the table where one is missing."""
    found = []
    for name, _invalid in problems:
        same = [control for control, *_, chosen in rows if chosen == name]
        invalid = Invalid(TWICE if same else MISSING, column=BY_NAME[name].zh)
        found.append((same[-1] if same else "columns", language.say(invalid)))
    return found


def lists(job, numbers):
    """The lists of an import, each at the page that `numbers` says; looking at them is logged."""
    known = job.known
    totals = {PROBLEMS: known.get("bad_cells", 0), CHANGES: known.get("changed", 0), LEFT: known.get("kept", 0)}
    shown = {kind: Listed(job, kind, numbers.get(kind, 1), total) for kind, total in totals.items()}
    details = {kind: one.number for kind, one in shown.items() if one.rows}
    if details:
        security_log.note("roster-import-seen", current_user.account, job=job.id, **details)
    return {"lists": shown, "has_errors_file": job.parts.has(ERRORS)}


class Listed:
    """One page of a list, and the addresses of the others."""

    def __init__(self, job, kind, number, total):
        self.job, self.kind, self.total = job, kind, total
        self.last = max(1, -(-total // PAGE))
        self.number = min(number, self.last)
        self.rows = [READERS[kind](row) for row in job.parts.page(kind, self.number - 1)]

    def url(self, number):
        """The address of one page of the list."""
        return url_for("staff_import.listed", job_id=self.job.id, kind=self.kind, page=number)

    @property
    def near(self):
        """The numbers of the pages to offer: the first, the last, and those around this one."""
        around = {1, self.last, *range(self.number - 2, self.number + 3)}
        return sorted(number for number in around if 1 <= number <= self.last)


def _problem(row):
    number, column, value, message, values = row
    return number, column, value, language.say(Invalid(message, **values))


READERS = {
    PROBLEMS: _problem,
    CHANGES: tuple,
    LEFT: lambda row: (row[0], language.say(REASONS[row[1]])),
}


def may_write(job, form) -> bool:
    """Whether the preview that was confirmed is the one of now, and there is something to write."""
    known = job.known
    is_same = job.state == imports.CHECKED and form.get("check") == str(job.changed_at)
    is_meant = not known.get("bad_rows") or form.get("do") == "sound"
    return is_same and is_meant and known["is_whole"] and bool(known["new"] + known["changed"])
