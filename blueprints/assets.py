"""Static files: read once, named by their content, compressed as far as it goes, kept by browsers for good."""

import gzip
import hashlib
import re
from pathlib import Path

import brotli
from flask import Blueprint, Response, abort, request

FOLDER = Path(__file__).parent.parent / "static"
# Both are read in the character set of the page, which is UTF-8.
TYPES = {"css": "text/css", "js": "text/javascript"}
# What browsers do not need of our own files. No text in them goes over several lines, and htmx is a single line.
IDLE = {".js": re.compile(rb"^\s*(//.*)?\n|^\s+", re.MULTILINE), ".css": re.compile(rb"/\*.*?\*/\n?|\n")}
bp = Blueprint("assets", __name__)


class Asset:
    """A static file with its compressed forms. `name` is its own with eight digits of its hash."""

    def __init__(self, path):
        self.plain = IDLE[path.suffix].sub(b"", path.read_bytes())
        self.type = TYPES[path.suffix[1:]]
        self.name = f"{path.stem}.{hashlib.sha256(self.plain).hexdigest()[:8]}{path.suffix}"
        self.encoded = {"br": brotli.compress(self.plain, quality=11), "gzip": gzip.compress(self.plain, 9, mtime=0)}


ASSETS = {path.name: Asset(path) for path in sorted(FOLDER.iterdir()) if path.suffix[1:] in TYPES}
BY_NAME = {asset.name: asset for asset in ASSETS.values()}


def asset(name) -> str:
    """The address of a static file."""
    return f"/static/{ASSETS[name].name}"


def encoding_for(request):
    """The best of br and gzip that the browser takes, or None."""
    accepted = request.headers.get("Accept-Encoding", "")
    return next((encoding for encoding in ("br", "gzip") if encoding in accepted), None)


@bp.get("/static/<name>")
def show(name):
    """A static file by its hashed name; any other name is not there."""
    if name not in BY_NAME:
        abort(404)
    asset, encoding = BY_NAME[name], encoding_for(request)
    response = Response(asset.encoded.get(encoding, asset.plain), content_type=asset.type)
    response.headers["Cache-Control"] = "max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response
