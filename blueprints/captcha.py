"""The verification code as a picture and as speech."""

from flask import Blueprint, Response, abort, request

from blueprints import guard, language
from blueprints.htmx import render
from domain import captcha
from tables.visits import Captcha

bp = Blueprint("captcha", __name__, url_prefix="/captcha")
FORMS = ("lookup", "portal", "intue", "forgot", "staff", "activate")


@bp.get("/<captcha_id>.png")
def picture(captcha_id):
    """The digits to read."""
    return Response(captcha.picture(answer_of(captcha_id)), content_type="image/png")


@bp.get("/<captcha_id>.wav")
def speech(captcha_id):
    """The digits to hear, in the language of the page."""
    return Response(captcha.speech(answer_of(captcha_id), language.current()), content_type="audio/wav")


@bp.get("/new")
def renew():
    """Another code for the same form, as a fragment for the page's script."""
    form = request.args.get("form")
    code = guard.new_code(form) if form in FORMS else None
    if code is None:
        abort(404)
    return render("captcha_box.html", captcha=code)


def answer_of(captcha_id):
    """The answer of a living code; one that is gone cannot be seen."""
    return Captcha.answer_of(captcha_id) or abort(404)
