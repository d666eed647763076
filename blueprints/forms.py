"""The forms written by hand; those of the record come from record.toml."""

from flask import current_app
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField
from wtforms.validators import StopValidation

from blueprints import guard, language
from domain import dates, identity, roster_cells
from domain.kinds import folded
from domain.words import N_, Invalid


class Obeys:
    """Lets a rule of the domain judge a control: what it returns is kept, what it raises is shown."""

    def __init__(self, rule):
        self.rule = rule

    def __call__(self, _form, control):
        try:
            control.data = self.rule(control.data)
        except Invalid as reason:
            control.wrong_part = getattr(reason, "part", None)
            raise StopValidation(language.say(reason)) from None


def given(message):
    """A rule that something is there."""

    def rule(typed):
        if not typed:
            raise Invalid(message)
        return typed

    return rule


class DayField(Field):
    """A date in three boxes NAME-y, NAME-m, NAME-d; a single NAME in any usual form is read as well."""

    parts = ("", "", "")
    wrong_part = None

    def pre_validate(self, form):  # noqa: ARG002
        """The parts are judged here, since WTForms would not call validators for boxes of other names."""

    def process(self, formdata, data=None, extra_filters=None):  # noqa: ARG002
        """Read the boxes."""
        whole = (formdata or {}).get(self.name, "")
        parts = [(formdata or {}).get(f"{self.name}-{part}", "").strip() for part in "ymd"]
        self.parts, self.data, self.process_errors, self.object_data = tuple(parts), whole or parts, [], None


def a_day(typed):
    """The rule of a DayField: a `date`."""
    if isinstance(typed, str):
        return dates.parse(typed)
    if not any(typed):
        raise Invalid(N_("Enter your date of birth."))
    return dates.from_parts(*typed)


def an_identity(typed):
    """A national ID, UI or passport number: the first two by checksum, the last by its shape."""
    number = identity.normalise(typed or "")
    if not number:
        raise Invalid(N_("Enter your ID number."))
    # A passport number has no checksum; whatever is shaped like an ID is judged as one.
    looks_like_id = number[:1].isalpha() and number[1:].isdigit() and number.isascii() and number[1:2] in "1289"
    if looks_like_id or len(number) == identity.LENGTH:
        return identity.check(number)
    return roster_cells.passport_no(number)


class Form(FlaskForm):
    """A form whose CSRF token is checked app-wide, and whose errors are said by control id."""

    class Meta:
        csrf = False

    @property
    def wrong(self):
        """Messages by control id; for a date with one wrong box, by the id of the box."""
        return {name + _part(self[name]): errors[0] for name, errors in self.errors.items() if errors}

    def judge(self, code_for=None, is_hard=False) -> bool:
        """Validate everything, and the verification code of the form `code_for` with it."""
        good = self.validate()
        self.code_error, self.has_worked = "", False
        try:
            if code_for:
                self.has_worked = guard.check_code(code_for, is_hard)
        except Invalid as reason:
            self.code_error = language.say(reason)
        return good and not self.code_error

    @property
    def messages(self):
        """All errors, the code's among them, in the order of the page."""
        return self.wrong | ({"captcha": self.code_error} if getattr(self, "code_error", "") else {})


def _part(control):
    return f"-{control.wrong_part}" if getattr(control, "wrong_part", None) else ""


class LookupForm(Form):
    """Programme (學制), ID and birthday."""

    program = StringField(validators=[Obeys(given(N_("Choose your programme.")))])
    id_number = StringField(validators=[Obeys(an_identity)])
    birth_date = DayField(validators=[Obeys(a_day)])


class LoginForm(Form):
    """An account and its password."""

    account = StringField(
        validators=[Obeys(given(N_("Enter your student number.")))], filters=[lambda text: folded(text or "").upper()]
    )
    password = PasswordField(validators=[Obeys(given(N_("Enter your password.")))])


class ForgotForm(Form):
    """Who forgot, and where the link goes."""

    id_number = StringField(validators=[Obeys(an_identity)])
    email = StringField(
        validators=[Obeys(given(N_("Enter your campus mailbox.")))], filters=[lambda text: folded(text or "").lower()]
    )


class CurrentForm(Form):
    """The password in use, before another may be set."""

    current = PasswordField(validators=[Obeys(given(N_("Enter your current password.")))])


def allows_long() -> bool:
    """Whether the settings let a long password do without digits and symbols."""
    return current_app.config["LONG_PASSPHRASES"] == "on"


def must_be_new(table, owner, password):
    """Raise Invalid when the owner had this password before, as this table of earlier ones tells."""
    if table.has(owner, password):
        raise Invalid(N_("You have had this password before. Choose another one."))


def in_words(rules, typed):
    """The password rule line by line, judged as far as something was typed: (key, words, `pass`, `fail` or "")."""
    return [(one.key, language.say(one.words), "" if not typed else "pass" if one.is_met else "fail") for one in rules]


class NewPasswordForm(Form):
    """A new password, twice. `judge_new` wants the rule to judge it by."""

    new = PasswordField()
    again = PasswordField()

    def judge_new(self, rule) -> bool:
        """Whether both are the same and the rule accepts it; errors are kept as for any form."""
        self.validate()
        new, again = self.new.data or "", self.again.data or ""
        try:
            rule(new)
        except Invalid as reason:
            self.new.errors = [language.say(reason)]
        if new != again:
            self.again.errors = [language.say(N_("This differs from the one above. Type it again."))]
        return not self.new.errors and not self.again.errors
