"""Saving a tab: what was typed in one form, put together with what other forms have saved since it was drawn."""

from collections.abc import Mapping
from typing import NamedTuple

from peewee import OperationalError

from blueprints import access
from blueprints.watching import count
from domain.merging import merge, thing
from domain.sheet import NOTHING, Progress, merged
from models import Kept, SavedTab
from tables import photos, standing
from tables.drafts import Draft
from tables.history import changed, note_changes, undone
from tables.returns import Return
from tables.store import in_turn, now

# How often to begin again when other saves of the same student came in between.
ATTEMPTS = 20
FORMS = 6
NEVER = Kept({})


class Outcome(NamedTuple):
    """What became of a save: the progress from then on, and the keys of fields that both sides changed.

    Where there are any, nothing was saved, and what was `touched` is a draft: what the form says and did not say when
    it was drawn, by key. `is_merged`: something else had been saved since then.
    """

    progress: Progress
    clashes: tuple[str, ...] = ()
    touched: Mapping = NOTHING
    is_merged: bool = False


class Moved(Exception):
    """Something else of the same student was saved between reading and writing."""


def save(visitor, tab, typed, drawn=None, is_whole=True, given_up=()) -> Outcome:
    """Keep what was typed in a tab, right or not yet right, and what follows from it.

    `drawn`: of the form, without which it overwrites everything. `is_whole`: nothing of it had to be left out.
    `given_up`: keys of what was typed but is not wanted any more. Raises OperationalError when others save all along.
    """
    for _ in range(ATTEMPTS):
        try:
            return _counted(tab, _save(visitor, tab, typed, drawn, is_whole, given_up))
        except Moved:
            visitor.look_again()
    raise OperationalError("this record is being saved all the time")


def _counted(tab, outcome):
    if not tab.gate:
        is_done = not outcome.progress[tab.key].problems
        count("saves", "refused" if outcome.clashes else "done" if is_done else "incomplete")
    return outcome


def _save(visitor, tab, typed, drawn, is_whole, given_up):
    old = visitor.kept.get(tab.key, NEVER)
    base = _base(visitor, tab, old, drawn)
    mine, is_merged = merged(tab, base, typed, visitor.everything).answers, base is not old.answers
    answers, clashes = _put_together(visitor, tab, base, mine, old.answers) if is_merged else (mine, ())
    if clashes:
        changes = touched(tab, base, mine, typed)
        Draft.add(visitor.account, tab.key, changes)
        return Outcome(visitor.progress, clashes, changes)
    if _made(old, drawn) is not None and answers == old.answers:
        return Outcome(visitor.progress, is_merged=is_merged)
    changes = changed(old.answers, answers)
    new = Kept(answers, now(), old.rev + bool(changes), _forms(old, drawn, bool(changes)))
    gone = {*given_up, *(thing(tab, key) for key in changes)}
    return Outcome(_write(visitor, tab, new, changes, (typed, gone), is_whole), is_merged=is_merged)


def _write(visitor, tab, new, changes, settled, is_whole):
    """Put a tab into the database with everything that follows from it; the progress from then on. Raises Moved."""
    account, is_first = visitor.account, tab.key not in visitor.kept
    seen = {key: kept.rev for key, kept in visitor.kept.items()}
    visitor.put(tab, new)
    answer = visitor.returned.pop(tab.key) if is_whole and visitor.answers_return(tab) else None
    # Judged before: nobody else can write while the transaction is open.
    judged = visitor.progress
    with in_turn("save", account):
        if SavedTab.revs(account) != seen:
            raise Moved
        photos.store(account, settled[0], new.answers)
        SavedTab.keep(account, tab.key, *new)
        _settle(account, tab, *settled)
        if answer:
            Return.answer(answer.id, account)
        if note_changes(account, tab.key, changes, account) or answer or is_first:
            standing.follow(access.record(), account, judged)
    return judged


def _base(visitor, tab, old, drawn):
    """The answers that a form was drawn from, or that an earlier save of it made; without a form the old ones."""
    made = _made(old, drawn)
    since = old.rev if drawn is None else drawn.rev if made is None else made
    return old.answers if since >= old.rev else undone(visitor.account, tab.key, old.answers, old.rev - since)


def _put_together(visitor, tab, base, mine, theirs):
    both = merge(tab, base, mine, theirs)
    return both._replace(answers=merged(tab, both.answers, {}, visitor.everything).answers)


def touched(tab, base, mine, typed) -> dict:
    """What of a form says something else than what it was drawn from: `base` and `mine` are answers."""
    things = {thing(tab, key) for key in changed(base, mine)}
    return {key: said for key, said in typed.items() if key in things}


def touched_in(visitor, tab, typed, drawn) -> dict:
    """The same of what somebody typed in a form that was drawn for them."""
    base = _base(visitor, tab, visitor.kept.get(tab.key, NEVER), drawn)
    return touched(tab, base, merged(tab, base, typed, visitor.everything).answers, typed)


def _made(old, drawn):
    """The `rev` that an earlier save of the same form made, of which no answer may have arrived; or None."""
    forms = dict(one.split(":") for one in old.forms.split())
    return int(forms[drawn.key]) if drawn and drawn.key in forms else None


def _forms(old, drawn, is_change):
    """The last forms that were saved, with this one."""
    if drawn is None:
        return old.forms
    others = [one for one in old.forms.split() if not one.startswith(drawn.key)]
    return " ".join([f"{drawn.key}:{old.rev + is_change}", *others[: FORMS - 1]])


def _settle(account, tab, typed, gone):
    """Take out of the draft what was saved just now, or given up. What another device typed beside it stays."""
    draft, _ = Draft.of(account, tab.key)
    if draft:
        left = {key: said for key, said in draft.items() if key not in gone and typed.get(key) != said}
        Draft.keep(account, tab.key, left)
