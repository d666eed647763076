"""When the database cannot be used: a page that says that nothing was saved, with what was typed, to be sent again.

It asks the database for nothing, since there may be none.
"""

import logging

from flask import request

from blueprints.htmx import render_for_nobody
from blueprints.security import broken
from blueprints.watching import request_number
from tables import trouble

log = logging.getLogger("xueji")
# Seconds until another try is worth while: somebody else is writing, or a person has to make room or mend something.
BUSY, AWAY = "5", "30"
# Fields that no page shows again. A form that has one is typed anew.
SECRETS = {"password", "current", "new", "again", "code", "captcha_id"}


def set_up(app):
    """Answer for the database in the place of the page that was asked for."""
    for kind in trouble.ERRORS:
        app.register_error_handler(kind, unavailable)


def unavailable(error):
    """503, and when to try again; a fault of ours is none of the database's."""
    if not trouble.is_trouble(error):
        return broken(error)
    log.error("database: %s at %s %s", trouble.cause(error), request.method, request.url_rule)
    trouble.hang_up()
    is_busy = trouble.is_busy(error)
    number = request_number()
    reply = render_for_nobody("unavailable.html", is_busy=is_busy, reference=number, **sent())
    return reply, 503, {"Retry-After": BUSY if is_busy else AWAY, "X-Request-ID": number}


def sent():
    """What the form held that came with the request, and where it goes: texts, and the names of files."""
    lost = {"is_save": request.method not in ("GET", "HEAD"), "action": "", "typed": [], "files": []}
    if not request.form or SECRETS & set(request.form):
        return lost
    typed = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    return lost | {"action": request.full_path.rstrip("?"), "typed": typed, "files": list(request.files)}
