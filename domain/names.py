"""How a person's name is shown to others and to its owner. Names themselves are never changed."""


def _is_latin(name):
    return any("A" <= c <= "Z" or "a" <= c <= "z" for c in name)


def masked(name) -> str:
    """A name that its owner recognises and a stranger does not learn: 王○明, J*** S***."""
    if _is_latin(name):
        return " ".join(word[0] + "***" for word in name.split())
    return name[:1] + "○" * max(1, len(name) - 2) + (name[-1:] if len(name) > 2 else "")


def given(name) -> str:
    """What to greet a person by: 王小明 is 小明; other names in full."""
    return name[1:] if len(name) == 3 and not _is_latin(name) else name
