"""Reminders as letters: what a student's says, and how many are queued at once."""

from blueprints import access, language, letters
from domain import clock, reminding
from domain.words import N_
from tables import journal, reminders, waves
from tables.letterbox import Mail
from tables.reminders import Reminder
from tables.standing import Shape
from tables.store import Settings, database, now

# A press of the button or a round of the background process queues so many; all in one transaction.
AT_ONCE = 5000
NOT_DONE = N_("These tabs of the student record of {account} are not done yet:")
NEW_HERE = N_(
    "Nobody has set a password for this account yet. Log in with your initial password the first time; "
    "the page to log in says what it is."
)
LINK = N_("Log in here:\n{link}")
RETURNED = N_("{tab} (returned to you, please correct it)")
TIMES = {
    "before": N_("You can fill in from {opens} to {closes}."),
    "open": N_("You can fill in until {closes}."),
    "late": N_("The time is over since {closes}, but you can still save until {ends}."),
}


class Composer:
    """Writes the letters of one reminder. What depends on the wave or the outline only is worked out once."""

    def __init__(self):
        self.waves = waves.current()
        self.find, self.periods, self.texts = waves.finder(self.waves), {}, {}

    def letter(self, one):
        """The letter to a student, a row of `reminders.people`."""
        first = "zh" if one.overseas_kind in ("", "無") else "en"
        wave = self.find(one.program, one.route_mark, one.dept)
        subjects, texts = self._said(wave, one.shape, one.came_in)
        texts = {lang: text.replace("{account}", one.student_no) for lang, text in texts.items()}
        return letters.drawn(_mailbox(one), subjects, texts, first)

    def row(self, one):
        """The same as `reminders.queue` takes it."""
        mark = letters.new_mark()
        return one.student_no, mark, Mail.row(self.letter(one), mark, "reminder")

    def _said(self, wave, shape, came_in):
        key = (wave and wave.id, shape, came_in)
        if key not in self.texts:
            period = access.period_of(wave)
            missing = reminding.missing(access.record(), Shape.open_all([shape])[shape])
            said = {lang: (_subject(missing, lang), _text(missing, period, came_in, lang)) for lang in ("zh", "en")}
            self.texts[key] = [{lang: both[part] for lang, both in said.items()} for part in (0, 1)]
        return self.texts[key]


def _mailbox(one):
    """Their own mailbox, which they have shown to be read, or else the one at the campus."""
    if one.own_mailbox is None:
        return Settings.campus_mail.format(student_no=one.student_no)
    return Settings.vault.open(one.own_mailbox, f"own_mailbox|address|{one.student_no}").decode()


def _subject(missing, lang):
    return language._n(
        "Action needed: {n} tab of your student record to go",
        "Action needed: {n} tabs of your student record to go",
        len(missing),
        lang,
    )


def _text(missing, period, came_in, lang):
    times = {"opens": period.opens_at, "closes": period.closes_at, "ends": period.ends_at}
    said = {name: clock.full(at, lang) for name, at in times.items() if at is not None}
    lines = [NOT_DONE, *([] if came_in else [NEW_HERE]), *([TIMES[period.state]] if period.state in TIMES else [])]
    link = language.say(LINK, lang).format(link=letters.address_of("intue/login"))
    paragraphs = [language.say(line, lang).replace("{account}", "{{account}}").format(**said) for line in lines]
    paragraphs.insert(1, "\n".join(_line(one, lang) for one in missing))
    return "\n\n".join([*paragraphs, link])


def _line(one, lang):
    tab, fields = getattr(one.tab.title, lang), [one.tab.labels(lang)[field.key] for field in one.fields]
    if one.is_returned:
        tab = language.say(RETURNED, lang).format(tab=tab)
    if one.more:
        fields.append(language._n("{n} more", "{n} more", one.more, lang))
    listed = language.say(N_(", "), lang).join(fields)
    return f"・{tab}" if not fields else "・" + language.say(N_("{tab}: {fields}"), lang).format(tab=tab, fields=listed)


def example(choice, depts):
    """The letter to the first student who would get one, or None."""
    some = reminders.people(choice, depts, limit=1)
    return Composer().letter(some[0]) if some else None


def send(choice, depts, by, name=None, note=journal.note):
    """Queue letters to those who are meant now, at most AT_ONCE: (how many were queued, whether somebody is left).

    Everything slow is done before the transaction; who was reminded in the meantime gets none. `note` writes the line
    of the security log.
    """
    composer, people = Composer(), reminders.people(choice, depts, limit=AT_ONCE + 1)
    written = [composer.row(one) for one in people[:AT_ONCE]]
    with database.atomic():
        reminder = Reminder.begin(choice, by, name)
        n, is_rest = reminders.queue(reminder, written), len(people) > AT_ONCE
        if name and not is_rest:
            reminder.finish()
        if n:
            note("reminder-sent", by, reminder=reminder.id, n=n, chosen=reminder.choice)
    return n, is_rest


def send_automatic():
    """Queue what is due before waves close. Two processes may do it: each student is taken by one of them."""
    for wave in waves.current():
        days = reminding.due(wave.closes_at, now()) if wave.reminds else None
        name = f"{wave.id} {clock.local(wave.closes_at).date()} -{days}"
        if days is not None and not Reminder.is_done(name):
            send(reminding.Choice(wave=str(wave.id)), None, "", name)
