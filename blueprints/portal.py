"""The portal home of a signed-in student: one button to the next yellow tab."""

from flask import Blueprint

from blueprints.access import student_required
from blueprints.htmx import render
from blueprints.views import progress_view

bp = Blueprint("portal", __name__)


@bp.get("/home")
@student_required
def home():
    """The way to the record, and how much of it is left."""
    return render("portal.html", progress=progress_view())
