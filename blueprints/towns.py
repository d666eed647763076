"""The districts of a county, offered while somebody types an address."""

from flask import Blueprint, request

from blueprints import language
from blueprints.htmx import render
from domain import places

bp = Blueprint("towns", __name__)


@bp.get("/towns")
def show():
    """The options of a list. `of` says in which argument the county stands: `city`, or what the form calls it."""
    county = request.args.get(request.args.get("of", "city"), "")
    names = [getattr(words, language.current()) for _code, words in places.DISTRICTS.get(county, ())]
    # The address says the language too, so that a list can be kept for the day.
    return render("record/_towns.html", names=names), {"Cache-Control": "private, max-age=86400"}
