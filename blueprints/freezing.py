"""The link in every notice by which the owner of an account says: that was not me."""

from flask import Blueprint, redirect, url_for

from blueprints import alarm
from blueprints.htmx import render
from blueprints.security_log import note
from tables.recovery import FreezeLink, freeze
from tables.store import database

bp = Blueprint("freezing", __name__, url_prefix="/password")


@bp.get("/not-me/<token>")
def ask(token):
    """A page with one button. Opening it does nothing: mail scanners open links."""
    if FreezeLink.owner(token) is None:
        return render("password/not_me.html", token=None), 410
    return render("password/not_me.html", token=token)


@bp.post("/not-me/<token>")
def confirm(token):
    """Nobody gets in with a password from now on, and nobody stays in."""
    with database.atomic():
        account = freeze(token)
        if account:
            note("frozen", account)
            alarm.tell_registrars(alarm.FROZEN, f"staff/accounts/{account}", account)
    if account is None:
        return render("password/not_me.html", token=None), 410
    return redirect(url_for(".frozen"))


@bp.get("/frozen")
def frozen():
    """What was done, and how to come back in. It tells nothing about anybody."""
    return render("password/frozen.html")
