"""A record in outline: which tabs a student has, how far each of them is, and what is missing in it."""

import json
from dataclasses import dataclass

NEW, BEGUN, DONE = "new", "begun", "done"
TO_FILL, RETURNED = "todo", "returned"


@dataclass(frozen=True)
class Outline:
    """`tabs` maps the key of each tab that applies to (todo | done | returned, keys of what is missing or wrong).

    `done` and `total` count the tabs that must be done; `has_begun`: whether the student has saved any tab.
    """

    done: int
    total: int
    has_begun: bool
    tabs: dict

    @property
    def state(self):
        """new (nothing saved), begun, or done."""
        return DONE if self.done == self.total else BEGUN if self.has_begun else NEW

    @property
    def returned(self):
        """How many tabs were returned to the student."""
        return sum(state == RETURNED for state, _ in self.tabs.values())

    def state_of(self, tab):
        """How far a tab is; "" when it does not apply."""
        return self.tabs[tab][0] if tab in self.tabs else ""

    def lacks(self, key):
        """Whether the answer to a field is missing or wrong."""
        return any(key in missing for _, missing in self.tabs.values())

    def __str__(self):
        return json.dumps([self.done, self.total, self.has_begun, self.tabs], separators=(",", ":"))


def outline(judged) -> Outline:
    """The outline of a record that was judged as a whole (`domain.sheet.Progress`), as if it were open."""
    tabs = {
        sheet.tab.key: (RETURNED if judged.state(sheet) == RETURNED else DONE if sheet.is_done else TO_FILL, sheet.left)
        for sheet in judged.sheets
    }
    has_begun = any(sheet.saved_at is not None for sheet in judged.sheets)
    return Outline(judged.done, judged.total, has_begun, tabs)


def read(text) -> Outline:
    """The outline that was written as this text."""
    return Outline(*json.loads(text))
