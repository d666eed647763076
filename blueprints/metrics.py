"""`/metrics`: how the installation is, for Prometheus. From outside, and without the token, it is not there."""

import hmac
import re
import shutil
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request

from blueprints import alarm, meters
from tables import figures, store
from tables.copies import last_written
from tables.store import now

bp = Blueprint("metrics", __name__)
HERE = {"127.0.0.1", "::1", "localhost", ""}


@bp.get("/metrics")
def show():
    """Everything that is counted, and how things stand now."""
    if not (is_from_here() or has_token()):
        abort(404)
    counted = current_app.extensions["xueji_meters"].figures()
    return Response(meters.text([*counted, *standing()]), content_type="text/plain; version=0.0.4; charset=utf-8")


def is_from_here() -> bool:
    """Whether a program on this machine asks, by a name of this machine, and not a proxy for somebody else."""
    asks_here = request.remote_addr in HERE and re.sub(r":\d+$", "", request.host).strip("[]") in HERE
    return asks_here and not request.environ.get("xueji.proxied")


def has_token() -> bool:
    """Whether the token of the settings came along."""
    token, given = current_app.config["METRICS_TOKEN"], request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(f"Bearer {token}".encode(), given.encode())


def standing():
    """(name, labels, number) of what is so now."""
    waiting, oldest = figures.backlog()
    yield "outbox_waiting", {}, waiting
    yield "outbox_oldest_seconds", {}, oldest
    yield "sessions", {"of": "student"}, figures.students_here(current_app.config["IDLE_MINUTES"] * 60)
    yield "sessions", {"of": "staff"}, figures.staff_here()
    yield "database_bytes", {}, figures.size()
    yield "disk_free_bytes", {}, shutil.disk_usage(place()).free
    if at := last_written():
        yield "backup_age_seconds", {}, now() - at
    yield "attack_mode", {}, int(alarm.is_on())


def place() -> Path:
    """Where the database is; where that is on a server, where the program is."""
    return Path(current_app.root_path if store.is_server() else store.database.database).resolve().parent
