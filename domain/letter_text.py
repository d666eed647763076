"""The words of a letter that somebody edits: which placeholders it may have, and which it must."""

from string import Formatter

from domain.words import N_, Invalid

# What every letter can name.
ALWAYS = frozenset(("office", "phone", "system", "school"))
# Without these a letter would be of no use: what it brings.
NEEDED = frozenset(("link", "code", "freeze", "tabs", "reason"))
EXAMPLE = "{account}"
LONGEST, LONGEST_SUBJECT = 4000, 120


def placeholders(text) -> set[str]:
    """The names in braces. Raises Invalid for anything in braces that is more than a name."""
    try:
        parts = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None]
    except ValueError:
        raise Invalid(N_("A brace has no partner. A placeholder is written like {example}."), example=EXAMPLE) from None
    for name, spec, conversion in parts:
        if not name.isidentifier() or spec or conversion:
            raise Invalid(N_("A placeholder is only a name in braces, like {example}."), example=EXAMPLE)
    return {name for name, _, _ in parts}


def check(text, default, longest=LONGEST) -> str:
    """An edited text as it is kept. `default`: the text that it takes the place of. Raises Invalid."""
    text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
    if not text:
        raise Invalid(N_("Write something, or go back to the default."))
    if len(text) > longest:
        raise Invalid(N_("Shorten this to {max} characters; it has {length}."), max=longest, length=len(text))
    allowed, used = placeholders(default), placeholders(text)
    for name in sorted(used - allowed - ALWAYS):
        raise Invalid(N_("This letter knows no {name}. Take it out."), name=_braced(name))
    for name in sorted(allowed & NEEDED - used):
        raise Invalid(N_("Put {name} in: without it the letter is of no use."), name=_braced(name))
    return text


def check_subject(text, default) -> str:
    """An edited subject line."""
    return check(" ".join(text.split()), default, LONGEST_SUBJECT)


def _braced(name):
    return f"{{{name}}}"
