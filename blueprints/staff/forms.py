"""The forms of staff accounts."""

from wtforms import PasswordField, StringField

from blueprints import language
from blueprints.forms import DayField, Form, NewPasswordForm, Obeys, a_day, given
from domain import clock, returned, staff_rules
from domain.kinds import folded
from domain.words import N_, Invalid
from tables.store import now


def number(typed):
    """A staff number as it is kept; its shape is not judged here, since an unknown one is refused like a wrong one."""
    return folded(typed or "").upper()


def unless_empty(rule):
    """A rule for what may be left out."""
    return lambda typed: rule(typed) if any(typed or "") else ""


class StaffLoginForm(Form):
    """A staff number and its password."""

    account = StringField(validators=[Obeys(given(N_("Enter your staff number.")))], filters=[number])
    password = PasswordField(validators=[Obeys(given(N_("Enter your password.")))])


class ActivationForm(Form):
    """Whose account it is, and one of the two things the school knows about its owner."""

    account = StringField(validators=[Obeys(given(N_("Enter your staff number.")))], filters=[number])
    birth_date = DayField(validators=[Obeys(unless_empty(lambda typed: a_day(typed).isoformat()))])
    id_last4 = StringField(validators=[Obeys(unless_empty(staff_rules.last_four))])

    def validate(self, extra_validators=None):
        """Every control, and that one of the two was given."""
        good = super().validate(extra_validators)
        if not good or self.birth_date.data or self.id_last4.data:
            return good
        self.birth_date.errors = [
            language.say(N_("Enter your date of birth, or the last 4 digits of your ID number below."))
        ]
        return False


class CodeForm(Form):
    """Six digits from the phone, or a recovery code."""

    code = StringField(validators=[Obeys(given(N_("Enter the code.")))])


class EnrolForm(CodeForm):
    """Six digits from the phone that is new, and a code of the one in use where there is one."""

    current = StringField()


class ChangeForm(NewPasswordForm):
    """The password in use, and another one twice."""

    current = PasswordField(validators=[Obeys(given(N_("Enter your current password.")))])


def last_day(typed):
    """The end of a day that is still to come, in seconds since 1970; None when no day was typed."""
    if not any(typed or ""):
        return None
    end = clock.seconds(f"{a_day(typed).isoformat()}T23:59:59")
    if end < now():
        raise Invalid(N_("Choose a day that is still to come."))
    return end


def reasons(typed):
    """Reasons as a list, one a line; each a good one."""
    return [returned.reason(line) for line in (typed or "").splitlines() if line.strip()]


class ReturnForm(Form):
    """Why a tab is given back, and until when it may be corrected after the filling period."""

    reason = StringField(validators=[Obeys(returned.reason)])
    until = DayField(validators=[Obeys(last_day)])
    photo = StringField(filters=[lambda text: text or ""])


class ReadyForm(Form):
    """The reasons to pick from, for a tab and for a photo."""

    tab = StringField(validators=[Obeys(reasons)])
    photo = StringField(validators=[Obeys(reasons)])


def an_answer(typed):
    """Why a request is declined, as it is kept."""
    return returned.sentence(typed, N_("Write why: the student reads it."), returned.REASON_LENGTH)


class DecisionForm(Form):
    """Accept with the value that the roster is to have, or decline with an answer."""

    do = StringField()
    value = StringField(filters=[lambda text: (text or "").strip()])
    answer = StringField()

    @property
    def accepts(self):
        """Whether the request is accepted."""
        return self.do.data == "accept"

    def validate(self, extra_validators=None):  # noqa: ARG002
        """The value is judged when the roster takes it; an answer must be there."""
        return super().validate({} if self.accepts else {"answer": [Obeys(an_answer)]})

    def refuse(self, message):
        """Note why the decision could not be carried out."""
        (self.value if self.accepts else self.answer).errors = [message]
