"""Pages and fragments: the only reader of HX- headers, and the only place that draws a template."""

from flask import request
from flask_login import current_user

from blueprints import assets, language

MAIN = "main#main"


def is_partial() -> bool:
    """Whether htmx asks for a fragment rather than a page."""
    return _target() not in (None, MAIN)


def is_for_main() -> bool:
    """Whether htmx asks for a page of which it only needs what is in main."""
    return _target() == MAIN


def _target():
    """What htmx wants the reply for ("": it does not say), or None when it did not ask, or asks for a whole page."""
    sent = request.environ
    if "HTTP_HX_REQUEST" not in sent or "HTTP_HX_BOOSTED" in sent or "HTTP_HX_HISTORY_RESTORE_REQUEST" in sent:
        return None
    return sent.get("HTTP_HX_TARGET", "")


def lists_there() -> list:
    """The names of the long lists that the page has already."""
    return request.headers.get("X-Lists", "").split(",") if is_partial() else []


def tabs_there() -> str:
    """How the page shows the tabs: of each the first letter of its state, the one that is open as a capital."""
    return request.headers.get("X-Tabs", "") if is_partial() else ""


def render(template, **context) -> str:
    """Draw a template in the language of the request."""
    return language.environment().get_template(template).render(page(), **context)


def render_for_nobody(template, **context) -> str:
    """The same without asking who is here, which takes a database."""
    return language.environment().get_template(template).render(around(None), **context)


def page():
    """What every page may use."""
    visitor = current_user._get_current_object()
    return around(visitor if visitor.is_authenticated and not visitor.is_initial else None)


def around(visitor):
    """The same for this visitor, or nobody."""
    return {"me": visitor, "lang_url": lang_url(), "partial": is_partial(), "only_main": is_for_main()}


def lang_url():
    """This page in the other language. What was asked for with GET stays asked for."""
    other = "en" if language.current() == "zh" else "zh"
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return "?" + "&".join(f"{key}={value}" for key, value in [*kept, ("lang", other)] if value.isalnum())


__all__ = ["assets", "is_partial", "render", "render_for_nobody"]
