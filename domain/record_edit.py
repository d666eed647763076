"""Tables of record.toml changed in its text, with the comments around them kept."""

import tomlkit

from domain.words import Words


def with_school(text, settings) -> str:
    """The text with these settings of [school] in place of those it has: Words in two languages, or texts in one."""
    document = tomlkit.parse(text)
    for name, value in settings.items():
        document["school"][name] = _both(value) if isinstance(value, Words) else value
    return tomlkit.dumps(document)


def with_notice(text, version, date, sections) -> str:
    """The text with another privacy notice. `sections`: (heading, [paragraph]) pairs of Words."""
    document = tomlkit.parse(text)
    notice = document["notice"]
    notice["version"], notice["date"] = version, date
    written = tomlkit.aot()
    for heading, paragraphs in sections:
        table = tomlkit.table()
        table["heading"] = _both(heading)
        table["text"] = _listed(paragraphs)
        written.append(table)
    notice["section"] = written
    return tomlkit.dumps(document)


def _both(words):
    both = tomlkit.inline_table()
    both.update({"zh": words.zh, "en": words.en})
    return both


def _listed(paragraphs):
    array = tomlkit.array()
    array.extend([_both(one) for one in paragraphs])
    return array.multiline(True)
