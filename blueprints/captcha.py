"""The verification code as speech, and a new one."""

from flask import Blueprint, Response, abort, request

from blueprints import guard, language
from blueprints.htmx import render
from domain import captcha
from tables.visits import Captcha

bp = Blueprint("captcha", __name__, url_prefix="/captcha")
FORMS = ("lookup", "portal", "intue", "forgot", "staff", "activate")


@bp.get("/<captcha_id>.wav")
def speech(captcha_id):
    """The digits to hear, in the language of the page."""
    answer = Captcha.answer_of(captcha_id) or abort(404)
    return Response(captcha.speech(answer, language.current()), content_type="audio/wav")


@bp.get("/new")
def renew():
    """Another code for the same form, as a fragment for the page's script."""
    form = request.args.get("form")
    code = guard.new_code(form) if form in FORMS else None
    if code is None:
        abort(404)
    return render("captcha_box.html", captcha=code)
