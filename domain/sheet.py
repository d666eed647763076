"""One tab judged for one student: which fields apply, what is kept, and what is still wrong."""

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from domain import groups
from domain.blanks import shaped
from domain.conditions import ALWAYS
from domain.kinds import ANSWER_LIMIT, KINDS
from domain.record import FACTS, Field, Tab
from domain.returned import Returned
from domain.rules import RULES
from domain.words import N_, Invalid

NOTHING = MappingProxyType({})


@dataclass(frozen=True)
class Sheet:
    """A tab with a student's answers to it.

    `answers` are kept values, or what was typed where that is not yet right. `problems` maps field keys to
    Invalid. `visible` are the fields that apply. `values` are facts and answers together, as conditions see them: an
    answer to a field that does not apply is "". `saved_at` is when the student last saved, or None; `returned` tells
    that the office wants it corrected.
    """

    tab: Tab
    answers: dict
    facts: dict
    problems: dict
    visible: tuple[Field, ...]
    values: dict
    saved_at: int | None = None
    returned: Returned | None = None

    @property
    def is_complete(self):
        """Saved by the student, and every answer that is asked for now is right now."""
        return self.saved_at is not None and not self.problems

    @property
    def is_done(self):
        """Complete, and nothing to correct for the office."""
        return self.is_complete and self.returned is None

    @property
    def left(self):
        """The keys of what is missing or wrong. What is chosen beforehand needs no answer, though it is none yet."""
        chosen = () if self.saved_at is not None else self.tab.defaults.keys() - self.answers.keys()
        return [key for key in self.problems if key not in chosen]

    def value(self, field):
        """What a field shows: the answer, or for a grey field what the school knows, or the default."""
        if field.need == "grey" and field.copy:
            return "".join(self.values.get(key, "") for key in field.copy)
        if field.need == "grey":
            return self.facts.get(field.key, "")
        is_new = self.saved_at is None or field not in self.visible
        return self.answers.get(field.key, field.default if is_new else "")

    def is_required(self, field):
        """Whether the field is drawn as one that must have an answer from this student."""
        return field.is_marked(self.values)

    @property
    def exported(self):
        """The fields that apply, and those that took their answers from others."""
        copied = {key for same in self.tab.same if same.when.holds(self.values) for key in same.to}
        return tuple(field for field in self.tab if field in self.visible or field.key in copied)

    @property
    def conditional(self):
        """White fields that do not apply yet but will if another answer of this tab changes."""
        return tuple(
            field
            for field in self.tab
            if field.is_white and field not in self.visible and field.when.asks(self.tab.names, self.facts)
        )


def judge(tab, answers, facts, saved_at=None, returned=None) -> Sheet:
    """Judge a tab. `answers` maps keys to text (lists for several choices); `facts` is everything else known.

    Answers to fields that do not apply are kept but not judged: a rule that turns a field off deletes nothing.
    """
    tab = groups.spread(tab, answers)
    kept, problems, visible = dict(answers), {}, {}
    values = {**facts, **(tab.defaults if saved_at is None else {}), **kept}
    for field in tab.fields:
        if field.need != "hidden" and (field.when is ALWAYS or field.when.holds(values)):
            visible[field.key] = field
            values[field.key] = _taken(field, kept, facts, values, problems)
        elif field.key not in FACTS:
            values[field.key] = ""
    _take_over(tab.same, kept, visible, values)
    _compare(tab.rules, visible, values, problems)
    _refuse(returned, visible, values, problems)
    return Sheet(tab, kept, facts, problems, tuple(visible.values()), values, saved_at, returned)


def _taken(field, kept, facts, values, problems):
    """The cleaned answer to a white field, or what was typed and why it cannot be; for a grey one, the school's."""
    key = field.key
    if field.need == "grey":
        return facts.get(key, "")
    if field.kind == "group":
        return ""
    try:
        kept[key] = clean(field, kept.get(key, ""), values)
    except Invalid as reason:
        problems[key] = reason
        if key not in kept:
            return values.get(key, "")
        kept[key] = shaped(kept[key], KINDS[field.kind].many)
    return kept[key]


def _take_over(copies, kept, visible, values):
    """Fill in what is the same as other answers."""
    for same in copies:
        if same.when.holds(values):
            taken_over = {to: values.get(of, "") for of, to in zip(same.of, same.to, strict=True)}
            kept.update(taken_over)
            values.update((to, answer) for to, answer in taken_over.items() if to in visible)


def _compare(rules, visible, values, problems):
    """Judge the rules between answers, as far as those are right in themselves."""
    for rule in rules:
        asked = rule.fields[0] in visible and problems.keys().isdisjoint(rule.fields)
        if asked and (rule.when is ALWAYS or rule.when.holds(values)) and not RULES[rule.kind](rule, values):
            problems[rule.fields[0]] = Invalid(rule.message)


def _refuse(returned, visible, values, problems):
    """Mark the answers that were returned and are still the same."""
    for key, answer in returned.refused.items() if returned else ():
        if key in visible and values.get(key) == answer:
            problems.setdefault(key, Invalid(N_("This one was returned. Choose another.")))


def merged(tab, old, typed, facts) -> Sheet:
    """Judge what was typed over what was kept. Only white fields that apply take anything; grey ones never do."""
    new = {**old, **{key: value for key, value in typed.items() if key in tab.names}}
    new = groups.put(tab, new, typed) if tab.groups else new
    sheet = judge(tab, new, facts)
    applying = {field.key for field in sheet.visible}
    kept = {key: value if key in applying else old.get(key, "") for key, value in new.items()}
    kept = groups.kept(tab, old, kept, applying) if tab.groups else kept
    return sheet if kept == new else judge(tab, kept, facts)


def clean(field, typed, values):
    """The answer as it is kept: "" for none. Raises Invalid in words for the student."""
    kind = KINDS[field.kind]
    typed = shaped(typed, kind.many) or (kind.blank(field, values) if kind.blank else "")
    if not typed:
        if field.is_required(values):
            raise Invalid(field.missing or N_("Fill this in."))
        return ""
    length = sum(map(len, typed)) if kind.many else len(typed)
    if length > ANSWER_LIMIT:
        raise Invalid(N_("Shorten this to {max} characters; it has {length}."), max=field.max, length=length)
    if field.is_beyond:
        raise Invalid(N_("Remove this one: there may be {max} at most."), max=field.group.max)
    try:
        return kind.clean(typed, field, values)
    except Invalid:
        if field.wrong:
            raise Invalid(field.wrong) from None
        raise


@dataclass(frozen=True)
class Progress:
    """Every tab that applies to a student, judged. Tabs that are optional count while they are returned only."""

    sheets: tuple[Sheet, ...]
    is_open: bool = True

    @cached_property
    def counted(self):
        """The sheets that must be done."""
        return [sheet for sheet in self.sheets if sheet.tab.need == "required" or sheet.returned]

    @cached_property
    def done(self):
        """How many of the counted ones are done."""
        return sum(sheet.is_done for sheet in self.counted)

    @property
    def total(self):
        """How many there are to do in all."""
        return len(self.counted)

    @property
    def is_complete(self):
        """Whether nothing is left to do."""
        return self.done == self.total

    def state(self, sheet):
        """`done`, `returned`, `todo`, or `closed` when the period is over."""
        return "done" if sheet.is_done else "returned" if sheet.returned else "todo" if self.is_open else "closed"

    def may_change(self, sheet):
        """Whether the student may save this tab now: while the period lasts, and what was returned after it too."""
        return self.is_open or (sheet.returned is not None and sheet.returned.is_open)

    def __getitem__(self, key):
        return next(sheet for sheet in self.sheets if sheet.tab.key == key)

    def next_after(self, key=None):
        """The next sheet to do after the tab `key`, going round; None when nothing is left that may be done now."""
        left = [one for one in self.counted if not one.is_done and one.tab.key != key and self.may_change(one)]
        order = [sheet.tab.key for sheet in self.sheets]
        later = [sheet for sheet in left if key in order and order.index(sheet.tab.key) > order.index(key)]
        return next(iter(later or left), None)


def everything(record, saved, facts) -> dict:
    """Facts and all saved answers in one mapping. What the school says comes before an answer once given to it."""
    known = dict(facts)
    for answers, _ in reversed(saved.values()):
        known.update(answers)
    known.update((key, facts[key]) for key in record.grey if key in facts)
    return known


def progress(record, saved, facts, is_open=True, returned=NOTHING) -> Progress:
    """Judge the whole record. `saved` maps tab keys to (answers, saved_at), `returned` some of them to Returned."""
    known = everything(record, saved, facts)
    sheets = tuple(
        judge(tab, *_of(saved, tab, known), returned.get(tab.key))
        for tab in record
        if not tab.gate and tab.need != "hidden" and tab.when.holds(known)
    )
    return Progress(sheets, is_open)


def _of(saved, tab, known):
    answers, saved_at = saved.get(tab.key, ({}, None))
    return answers, known, saved_at
