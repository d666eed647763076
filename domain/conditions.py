"""When a tab or a field applies: `when = {sex = "男", age = {under = 18}}`, all of it; a list of those, any of them."""

from dataclasses import dataclass, replace

from domain.words import N_, Invalid


@dataclass(frozen=True)
class Term:
    """One comparison of a named value: is one of, is none of, or is a number under `under`."""

    name: str
    values: tuple[str, ...] = ()
    negated: bool = False
    under: int | None = None

    def holds(self, facts):
        """Whether it holds for these facts. A list of answers matches when any of them does."""
        value = facts.get(self.name, "")
        if self.under is not None:
            return str(value).isdecimal() and int(value) < self.under
        if isinstance(value, list):
            return any(one in self.values for one in value) is not self.negated
        return (value in self.values) is not self.negated

    def __str__(self):
        return self.name + ("!=" if self.negated else "=") + "|".join(self.values)


@dataclass(frozen=True)
class Condition:
    """Alternatives, each a tuple of terms that must all hold. No alternatives at all: it always holds."""

    alternatives: tuple[tuple[Term, ...], ...] = ()

    def holds(self, facts):
        """Whether the condition is met by `facts`, a mapping of names to answers and roster values."""
        for terms in self.alternatives:
            for term in terms:
                if not term.holds(facts):
                    break
            else:
                return True
        return not self.alternatives

    def also(self, other):
        """The condition that is met when both are."""
        if not (self.alternatives and other.alternatives):
            return other if other.alternatives else self
        return Condition(tuple(mine + theirs for mine in self.alternatives for theirs in other.alternatives))

    def renamed(self, names):
        """The same condition with other names for those in the mapping."""
        if self.names.isdisjoint(names):
            return self
        named = (tuple(replace(t, name=names.get(t.name, t.name)) for t in terms) for terms in self.alternatives)
        return Condition(tuple(named))

    @property
    def names(self):
        """The names it looks at."""
        return {term.name for terms in self.alternatives for term in terms}

    def asks(self, names, facts):
        """What is left to ask of `names` once everything else is known, as text for the page's script.

        Alternatives are joined by `,`, terms by `&`. "" when the rest already decides that it holds, None when
        it can no longer hold.
        """
        if not self.alternatives:
            return ""
        left = []
        for terms in self.alternatives:
            known, open_ = [t for t in terms if t.name not in names], [t for t in terms if t.name in names]
            if all(term.holds(facts) for term in known):
                left.append("&".join(map(str, open_)))
        return None if not left else "" if "" in left else ",".join(left)


ALWAYS = Condition()


def read(written) -> Condition:
    """The condition written in record.toml. Raises Invalid."""
    alternatives = written if isinstance(written, list) else [written]
    if not alternatives or not all(isinstance(one, dict) and one for one in alternatives):
        raise Invalid(N_('a condition is a table such as {{sex = "男"}}, or a list of such tables'))
    return Condition(tuple(tuple(_term(*pair) for pair in one.items()) for one in alternatives))


def _term(name, test):
    if isinstance(test, (str, list)):
        return Term(name, _values(name, test))
    if isinstance(test, dict) and set(test) == {"not"}:
        return Term(name, _values(name, test["not"]), negated=True)
    if isinstance(test, dict) and set(test) == {"under"} and isinstance(test["under"], int):
        return Term(name, under=test["under"])
    raise Invalid(N_("{name}: write a value, a list of values, {{not = …}} or {{under = number}}"), name=name)


def _values(name, test):
    values = [test] if isinstance(test, str) else test
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise Invalid(N_("{name}: values are texts in quotes"), name=name)
    return tuple(values)
