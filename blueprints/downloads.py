"""Files that are made while they are fetched: nothing is held whole, and what was handed on is counted and hashed."""

import hashlib
from urllib.parse import quote

from flask import Response

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "big5": "text/csv; charset=big5",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def download(parts, name, kind):
    """A reply that hands on `parts`, pieces of bytes, as a file of this name and kind."""
    reply = Response(parts, content_type=TYPES[kind])
    # A quotation mark or a line end in a name that somebody gave to columns would end the header.
    plain = "".join(one for one in name if one.isascii() and (one.isalnum() or one in " -_.()"))
    # RFC 6266: the plain name is for those who do not read the other.
    reply.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return reply


def watched(parts, at_the_end):
    """The same pieces; `at_the_end(sha256, is_whole)` is called when the last one was taken, or nobody takes more."""
    digest, is_whole = hashlib.sha256(), False
    try:
        for part in parts:
            digest.update(part)
            yield part
        is_whole = True
    finally:
        at_the_end(digest.hexdigest(), is_whole)


class Counted:
    """Rows that are counted while they go by."""

    def __init__(self, rows):
        self._rows, self.n = rows, 0

    def __iter__(self):
        for row in self._rows:
            self.n += 1
            yield row
