"""The pages that anyone may read."""

from flask import Blueprint, Response

from blueprints import language
from blueprints.access import record
from blueprints.htmx import render
from tables.trouble import what_stops_writing

bp = Blueprint("pages", __name__)


@bp.get("/")
def home():
    """Where a visitor begins."""
    return render("home.html")


@bp.get("/privacy")
def privacy():
    """The privacy notice that 個資法 §8 asks for."""
    return render("privacy.html", notice=notice())


def notice():
    """The notice in the language of the page."""
    lang, written = language.current(), record().notice
    sections = [(getattr(one.heading, lang), [getattr(text, lang) for text in one.text]) for one in written.sections]
    return {"version": written.version, "date": written.date, "sections": sections}


@bp.get("/accessibility")
def accessibility():
    """The accessibility statement."""
    return render("accessibility.html")


@bp.get("/healthz")
def healthz():
    """For whoever watches: `ok`, or 503 when nothing can be saved."""
    healthy = not what_stops_writing()
    return Response(
        "ok\n" if healthy else "the database cannot be written\n",
        200 if healthy else 503,
        content_type="text/plain; charset=utf-8",
    )
