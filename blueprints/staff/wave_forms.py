"""The forms about time: a wave, and reopening one student."""

from wtforms import BooleanField, StringField

from blueprints import language
from blueprints.forms import Form, Obeys, given
from domain import clock
from domain import waves as rules
from domain.words import N_, Invalid
from tables.store import now

TIMES = {"lookup": "lookup_at", "opens": "opens_at", "closes": "closes_at"}
WORDS = ("name_zh", "name_en", *rules.FILTERS)
LONGEST_REASON, LONGEST_REOPENING = 200, 366 * 86400


def tidy(text):
    """What was typed, without blanks around it."""
    return (text or "").strip()


def at_most(length, rule=lambda typed: typed):
    """A rule for a text of limited length."""

    def judged(typed):
        if len(typed) > length:
            raise Invalid(N_("Shorten this to {max} characters; it has {length}."), max=length, length=len(typed))
        return rule(typed)

    return Obeys(judged)


def a_time(message=None):
    """A rule for a time: seconds, or None when it may be left out and is."""
    return Obeys(lambda typed: clock.typed(given(message)(typed) if message else typed) if typed or message else None)


class WaveForm(Form):
    """A wave as it is typed. What was typed stays in `raw_data` when a rule has read it."""

    name_zh = StringField(filters=[tidy], validators=[at_most(60, given(N_("Enter a name in Chinese.")))])
    name_en = StringField(filters=[tidy], validators=[at_most(60, given(N_("Enter a name in English.")))])
    program = StringField(filters=[tidy], validators=[at_most(30)])
    route = StringField(filters=[tidy], validators=[at_most(50)])
    dept = StringField(filters=[tidy], validators=[at_most(50)])
    lookup = StringField(filters=[tidy], validators=[a_time()])
    opens = StringField(filters=[tidy], validators=[a_time(N_("Enter when the record opens."))])
    closes = StringField(filters=[tidy], validators=[a_time(N_("Enter when the record closes."))])
    grace = StringField(filters=[tidy], validators=[Obeys(rules.grace)])
    reminds = BooleanField()

    def judge_all(self) -> bool:
        """Every control, and whether the times fit together."""
        good = self.validate()
        read = {name: self[name].data if isinstance(self[name].data, int) else None for name in TIMES}
        for name, reason in rules.check_times(read["lookup"], read["opens"], read["closes"]).items():
            self[name].errors, good = [language.say(reason)], False
        return good

    def fill(self, wave):
        """Put what was typed into a wave."""
        for name in WORDS:
            setattr(wave, name, self[name].data)
        for name, column in TIMES.items():
            setattr(wave, column, self[name].data)
        wave.grace_hours, wave.reminds = self.grace.data, self.reminds.data
        return wave


def a_later_time(typed):
    """The rule of the time until which a record is reopened."""
    at = clock.typed(given(N_("Enter until when."))(typed))
    if not now() < at < now() + LONGEST_REOPENING:
        raise Invalid(N_("Choose a time that is still to come, within a year."))
    return at


class ReopenForm(Form):
    """Until when, and why."""

    until = StringField(filters=[tidy], validators=[Obeys(a_later_time)])
    reason = StringField(filters=[tidy], validators=[at_most(LONGEST_REASON, given(N_("Enter the reason.")))])


def as_typed(form) -> dict:
    """What stands in the boxes of a form, as it was typed or as it was filled in before."""
    return {one.name: (one.raw_data or [one.data or ""])[0] for one in form if one.type == "StringField"}
