"""What was typed without the blanks around it, and in the shape that a kind of field wants."""

BLANKS = " \t\r\n\u3000"


def shaped(typed, many):
    """A text or a list of texts, as the kind wants it: record.toml may have changed the kind since it was saved."""
    if not many and isinstance(typed, str):
        return typed.strip(BLANKS)
    texts = [text.strip(BLANKS) for text in (typed if isinstance(typed, list) else [typed])]
    return list(filter(None, texts)) if many else "、".join(filter(None, texts))
