"""How answers are shown to people, in their language."""

from domain import dates, identity
from domain.words import Invalid


def as_kept(value, field, lang):  # noqa: ARG001
    """Most answers are shown as they are kept."""
    return value


def as_chosen(value, field, lang):
    """The words of the option, or of several."""
    values = value if isinstance(value, list) else [value]
    words = (getattr(field.labels[one], lang) if one in field.labels else one for one in values)
    return ("、" if lang == "zh" else ", ").join(words)


def as_date(value, field, lang):  # noqa: ARG001
    """A date in 西元 and 民國; what is no date yet as it was typed."""
    try:
        return dates.long(dates.parse(value), lang)
    except Invalid:
        return value


def as_masked(value, field, lang):  # noqa: ARG001
    """An identity number with its middle hidden."""
    return identity.masked(value)


def as_tick(value, field, lang):  # noqa: ARG001
    """A tick is shown as one."""
    return "✓" if value else ""
