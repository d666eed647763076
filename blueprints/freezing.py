"""The link in every notice by which the owner of an account says: that was not me."""

import logging

from flask import Blueprint, redirect, url_for

from blueprints.htmx import render
from recovery import FreezeLink, freeze

bp = Blueprint("freezing", __name__, url_prefix="/password")
log = logging.getLogger("xueji")


@bp.get("/not-me/<token>")
def ask(token):
    """A page with one button. Opening it does nothing: mail scanners open links."""
    if FreezeLink.owner(token) is None:
        return render("password/not_me.html", token=None), 410
    return render("password/not_me.html", token=token)


@bp.post("/not-me/<token>")
def confirm(token):
    """Nobody gets in with a password from now on, and nobody stays in."""
    account = freeze(token)
    if account is None:
        return render("password/not_me.html", token=None), 410
    log.warning("account %s frozen: its owner says that somebody else used it", account)
    return redirect(url_for(".frozen"))


@bp.get("/frozen")
def frozen():
    """What was done, and how to come back in. It tells nothing about anybody."""
    return render("password/frozen.html")
