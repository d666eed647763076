"""Which record is in force: the newest version that was applied on the page, or the record file while there is none.

Every process looks once a second whether another one is, and changes to it between two requests.
"""

import logging
import time
from pathlib import Path
from threading import Lock

from flask import current_app, g

from domain import record_file
from domain.record_file import BadRecord
from tables.record_versions import RecordVersion, mark_of
from tables.store import database
from tables.trouble import if_it_can_be

log = logging.getLogger("xueji")
# Seconds for which the answer is taken to be the same.
MEMORY = 1


class Follower:
    """Keeps an app's record, and the pages that speak of it, those of the version in force. `dress` makes the pages."""

    def __init__(self, app, dress):
        self.app, self.dress = app, dress
        self.mark, self.asked, self.looked_at = None, None, 0
        self.version = self._file = None
        self._lock = Lock()

    @property
    def path(self):
        """The record file."""
        return Path(self.app.config["RECORD_FILE"])

    def look(self):
        """Ask, unless that was done in this database a second ago, and change over when there is another version."""
        at = time.monotonic()
        if self.asked is database.obj and at - self.looked_at < MEMORY:
            return
        self.asked, self.looked_at = database.obj, at
        if RecordVersion.newest_mark() != self.mark:
            self.change_over()

    def change_over(self):
        """Take the version in force into use. Raises BadRecord when there is none, and the file is bad."""
        with self._lock:
            mark = RecordVersion.newest_mark()
            if mark != self.mark:
                self.version, self.app.extensions["record"] = self._newest_sound()
                self.dress()
                self.mark = mark

    def _newest_sound(self):
        """(version, record). One that this program finds bad, as an upgrade may, is passed over for the one before."""
        for version in RecordVersion.newest_first().iterator():
            try:
                return version, record_file.parse(version.text.encode(), f"version {version.id} of the record")
            except BadRecord as reason:
                log.error("record: %s", reason)
        self._file = self._file or record_file.load(self.path)
        return None, self._file

    @property
    def text(self) -> str:
        """The text of the record in force."""
        return self.version.text if self.version else self.file_text

    @property
    def file_text(self) -> str:
        """The text of the record file; "" when it cannot be read."""
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return ""

    @property
    def has_file_changed(self) -> bool:
        """Whether the file was changed since the version in force was applied, and is not the same as that."""
        file_mark = mark_of(self.file_text)
        return self.version is not None and file_mark not in (self.version.file_mark, self.version.mark)

    @property
    def is_newest(self) -> bool:
        """Whether the version in use is the one that was applied last."""
        return (self.version.mark if self.version else "") == RecordVersion.newest_mark()


def set_up(app, dress):
    """Take the version in force into use, now and before each request that finds another one."""
    app.extensions["in_force"] = Follower(app, dress)
    with database.connection_context():
        app.extensions["in_force"].change_over()
    app.before_request(follow)


def follow():
    """One record for the whole of a request: the one we have while the database cannot be asked for a newer one."""
    with if_it_can_be():
        follower().look()
    g.record = current_app.extensions["record"]


def follower() -> Follower:
    """That of this app."""
    return current_app.extensions["in_force"]


def mark() -> str:
    """The fingerprint of the record in force, be it a version or the file."""
    return mark_of(follower().text)


def apply(text, by, comment):
    """Put a text into force, here at once."""
    here = follower()
    version = RecordVersion.put(text, by, comment, mark_of(here.file_text))
    here.change_over()
    return version
