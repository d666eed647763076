"""What the frameworks cost by themselves: the bare app once more, as a view of Flask with Flask-Login and Flask-WTF.

Somebody is signed in by a signed cookie, the form has to hold a good token, and a template is drawn; nothing is judged,
sealed, remembered or packed.
"""

from flask import Flask, render_template_string, request
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user
from flask_wtf.csrf import CSRFProtect, generate_csrf

from tests.bench import bare

PAGE = "<p>{{ account }} {{ words }}</p>"


class Somebody(UserMixin):
    """Whoever is signed in."""

    def __init__(self, account):
        self.id = account


def create_app():
    """The app; BARE_DATABASE names its file. GET signs in and gives a token, POST keeps a form."""
    bare.create_app()
    app = Flask("framework")
    app.secret_key = "s" * 64
    CSRFProtect(app)
    LoginManager(app).user_loader(Somebody)
    app.add_url_rule("/", view_func=come)
    app.add_url_rule("/", view_func=save, methods=["POST"])
    return app


def come():
    """Sign in."""
    login_user(Somebody("4115"))
    return generate_csrf()


@login_required
def save():
    """Keep what was posted, then say so."""
    bare.keep(current_user.id, request.form.to_dict())
    return render_template_string(PAGE, account=current_user.id, words="Saved.")
