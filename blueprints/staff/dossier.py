"""One student as the office sees them: who they are, and the whole record judged."""

from functools import cached_property

from flask import abort, session
from flask_login import current_user

from blueprints import access, language
from domain import identity, sheet
from models import SavedTab, Student
from tables import reopenings, standing
from tables.acknowledgements import Acknowledgement
from tables.returns import Return
from tables.store import now

# For how many seconds a number is shown in full after a reason was given, and where the session keeps that.
SHOWN_FOR, WHOLE = 60, "whole"
NUMBERS = ("id_no", "passport_no")


def find(student_no):
    """The Dossier of a student whom this member of staff may see; anybody else is not there."""
    student = Student.seen_by(current_user.depts).where(Student.student_no == student_no).first()
    return Dossier(student or abort(404))


class Dossier:
    """A student with the whole record, read once."""

    def __init__(self, student):
        self.student, self.account, self.name = student, student.student_no, student.name_zh

    @cached_property
    def known(self):
        """The roster's columns."""
        return self.student.known

    @cached_property
    def saved(self):
        """{tab key: (answers, saved_at)}."""
        return SavedTab.of(self.account)

    @cached_property
    def facts(self):
        """What conditions and grey fields ask about."""
        return standing.facts(access.record(), self.known)

    @cached_property
    def progress(self):
        """Every tab that applies, judged now."""
        is_open = access.period_of(*reopenings.look(self.account, self.known)).is_open
        return sheet.progress(access.record(), self.saved, self.facts, is_open, Return.of(self.account))

    @cached_property
    def sheets(self):
        """Every sheet there is to look at, the one that comes before the others last."""
        gate = access.record().gate
        if gate is None:
            return self.progress.sheets
        answers, saved_at = self.saved.get(gate.key, ({}, None))
        everything = sheet.everything(access.record(), self.saved, self.facts)
        return (*self.progress.sheets, sheet.judge(gate, answers, everything, saved_at))

    def find_sheet(self, key=None):
        """The sheet of this key, else 404; without a key the first that is not done, or the first."""
        if key is None:
            return self.progress.next_after() or self.sheets[0]
        return next((one for one in self.sheets if one.tab.key == key), None) or abort(404)

    @property
    def read_at(self):
        """When the student read the notice as it is now, or None."""
        return Acknowledgement.when(self.account, access.record().notice.version)

    @property
    def is_whole(self):
        """Whether the numbers that name the student are shown in full: for a minute after a reason was given."""
        account, at = session.get(WHOLE, ("", 0))
        return account == self.account and 0 <= now() - at < SHOWN_FOR

    def show_whole(self):
        """Show the numbers in full for a minute."""
        session[WHOLE] = self.account, now()

    @property
    def numbers(self):
        """[(label, number)] of what names the student, with the middle hidden unless it is shown in full."""
        lang, fields = language.current(), access.record().fields
        given = [(fields[name].label, self.known[name]) for name in NUMBERS if name in fields and self.known[name]]
        return [(getattr(label, lang), no if self.is_whole else identity.masked(no)) for label, no in given]
