"""The portal home of a signed-in student: one button to the next yellow tab."""

from flask import Blueprint, url_for
from flask_login import current_user

from blueprints import access
from blueprints.access import student_required
from blueprints.htmx import render
from blueprints.views import progress_view

bp = Blueprint("portal", __name__)


@bp.get("/home")
@student_required
def home():
    """The way to the record, and how much of it is left."""
    progress = progress_view()
    return render("portal.html", progress=progress, onward=progress.next and way_to(progress.next))


def way_to(tab):
    """The address of a tab, or of the notice that has to be read before any."""
    return tab.url if current_user.has_read_notice else url_for("record.show", key=access.record().gate.key)
