"""Copies of record.toml with something changed, as a department would change it."""

import re
from pathlib import Path

ORIGINAL = Path(__file__).parent.parent / "record.toml"


class Copy:
    """The text of record.toml, to be changed step by step and written to a file."""

    def __init__(self):
        self.text = ORIGINAL.read_text("utf-8")

    def set(self, key, **settings):
        """Write settings of the tab or field with this key, in TOML, over those that stand there."""
        block = self._block(key)
        changed = block
        for name, value in settings.items():
            changed = re.sub(rf"\n{name} = [^\n]*", "", changed) + f"\n{name} = {value}"
        self.text = self.text.replace(block, changed)
        return self

    def remove(self, key):
        """Take out a field."""
        self.text = self.text.replace(self._block(key), "")
        return self

    def add(self, toml):
        """Write something at the end."""
        self.text += f"\n{toml}\n"
        return self

    def replace(self, old, new):
        """Exchange a piece of the text."""
        assert old in self.text, old
        self.text = self.text.replace(old, new)
        return self

    def period(self, opens="", closes=""):
        """Set when the record may be filled."""
        times = [f'{name} = "{value}"' for name, value in (("opens", opens), ("closes", closes)) if value]
        return self.replace("[period]\n", "\n".join(["[period]", *times, ""]))

    def write(self, folder):
        """The file."""
        path = folder / "record.toml"
        path.write_text(self.text, "utf-8")
        return path

    def _block(self, key):
        found = re.search(rf'\[\[tab(\.field)?\]\]\nkey = "{key}"\n.*?(?=\n+\[\[|\Z)', self.text, re.DOTALL)
        assert found, f"record.toml has no {key}"
        return found[0]
