"""The weekly digest to departments: percentages, no names. It goes out on Monday mornings while students fill in."""

from blueprints import access, language, letters
from blueprints.letters import Wording
from domain import reminding
from domain.words import N_
from tables import digests, waves
from tables.digests import Digest
from tables.store import database

AFTERWARDS = 7 * 86400
DIGEST = Wording(
    "digest",
    N_("How far the new students are this week"),
    N_(
        "{dept}\n{lines}\n\nWho is missing what, and how to remind them, stands on the pages for staff:\n{link}\n\n"
        "This digest holds numbers only. It comes on Mondays while students fill in."
    ),
)
LINE = N_("{program}: {total} students, done {done}%, under way {begun}%, never logged in {never}%")


def send_due(at):
    """Queue the digests that are due at this time. Two processes may do it: one of them takes each."""
    week = reminding.digest_week(at)
    if week is None:
        return
    written = Digest.written(week)
    for dept, programs in digests.numbers().items():
        if dept not in written and is_season(dept):
            send(week, dept, programs)


def is_season(dept) -> bool:
    """Whether some wave of the department, or the period of record.toml, has opened and is not over for a week."""
    periods = [access.period_of(one) for one in waves.current() if one.dept in ("", dept)] + [access.period_of(None)]
    return any(
        one.closes_at is not None and (one.opens_at or 0) <= one.at < one.closes_at + AFTERWARDS for one in periods
    )


def send(week, dept, programs):
    """Queue the digest of a department to everybody who gets it."""
    with database.atomic():
        if not Digest.take(week, dept):
            return
        for mailbox in digests.mailboxes(dept):
            link, words = letters.address_of("staff"), DIGEST.words()
            texts = {
                lang: letters.fill(words[lang][1], lang, {"dept": dept, "link": link, "lines": lines(programs, lang)})
                for lang in language.LANGUAGES
            }
            letters.post(mailbox, {lang: words[lang][0] for lang in words}, texts, kind=DIGEST.kind, first="zh")


def lines(programs, lang) -> str:
    """A line for each programme."""
    return "\n".join(
        "・" + language.say(LINE, lang).format(program=program, total=one["total"], **percentages(one))
        for program, one in programs.items()
    )


def percentages(one) -> dict:
    """Whole per cent of each part; only what is complete is a hundred."""
    return {name: 100 * one[name] // one["total"] for name in ("done", "begun", "never")}
