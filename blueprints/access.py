"""Who is visiting, and what they may see."""

from functools import cached_property, wraps

from flask import abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import generate_csrf

from blueprints import drawn, language
from blueprints.cookies import Cookies
from blueprints.htmx import is_partial, render
from domain import groups, names
from domain.clock import Period, moment
from domain.sheet import everything, judge, progress
from models import SavedTab, Student, facts_of, open_roster
from tables import reopenings
from tables.acknowledgements import Acknowledgement
from tables.returns import Return
from tables.store import now
from tables.visits import Session

TOKEN = "visit"  # noqa: S105 -- the name of a cookie entry
# Who else may visit, by what stands before the colon of a session id: it never stands in a student's.
LOADERS = {}
login_manager = LoginManager()


class Visitor(UserMixin):
    """A signed-in student with everything of theirs, and nobody else's."""

    is_staff = False
    home, settings, door = "portal.home", "passwords.change", "doors.intue"

    def __init__(self, token, row):
        self.id = token
        self.is_initial, self.account, self._name, self._sealed, self.password_at, self._signed_in_before = row

    def leave(self):
        """End this session for good."""
        Session.end(self.id)

    @property
    def name(self):
        """The name as the page head shows it."""
        return names.masked(self._name)

    @property
    def greeting(self):
        """The name to greet by."""
        return names.given(self._name)

    @property
    def initial(self):
        """The letter in the round badge."""
        return self._name[:1]

    @cached_property
    def known(self):
        """The roster's columns."""
        return open_roster(self.account, self._sealed)

    @cached_property
    def facts(self):
        """What conditions and grey fields ask about."""
        last = self._signed_in_before
        return {
            **facts_of(self.known),
            "notice_version": record().notice.version,
            "last_login": moment(last, language.current()) if last else "",
        }

    @cached_property
    def kept(self):
        """{tab key: Kept} of every tab that was saved."""
        return SavedTab.kept(self.account)

    @cached_property
    def saved(self):
        """{tab key: (answers, saved_at)}."""
        return {tab: (one.answers, one.saved_at) for tab, one in self.kept.items()}

    @cached_property
    def returned(self):
        """{tab key: Returned} of what the office wants corrected."""
        return Return.of(self.account)

    @cached_property
    def everything(self):
        """Facts and all answers in one mapping."""
        return everything(record(), self.saved, self.facts)

    @property
    def progress(self):
        """Every tab that applies, judged now."""
        return progress(record(), self.saved, self.facts, self.period.is_open, self.returned)

    @cached_property
    def period(self):
        """When this student may fill in, as of now."""
        return period_of(*reopenings.look(self.account, self.known))

    @property
    def has_read_notice(self):
        """Whether the gate was passed for the notice as it is now."""
        return record().gate is None or Acknowledgement.exists_for(self.account, record().notice.version)

    def sees(self, tab):
        """Whether the tab is there for this student at all."""
        return tab.gate or (tab.need != "hidden" and tab.when.holds(self.everything))

    def sheet(self, tab):
        """One tab judged, whether or not it counts."""
        answers, saved_at = self.saved.get(tab.key, ({}, None))
        return judge(tab, answers, self.everything, saved_at, self.returned.get(tab.key))

    def draft(self, tab, typed):
        """One tab judged with what was typed in it, of which nothing is saved."""
        old, saved_at = self.saved.get(tab.key, ({}, None))
        own = {key: value for key, value in typed.items() if key in tab.names}
        new = groups.put(tab, {**old, **own}, typed, is_final=False)
        return judge(tab, new, self.everything, saved_at, self.returned.get(tab.key))

    def may_change(self, tab):
        """Whether this tab may be saved now: while the filling period lasts, and for what was returned after it too."""
        returned = self.returned.get(tab.key)
        return self.period.is_open or (returned is not None and returned.is_open)

    def put(self, tab, kept):
        """Take this for what is saved in a tab."""
        self.kept[tab.key] = kept
        self._forget("saved", "everything")

    def look_again(self):
        """Forget what was read: it was changed elsewhere."""
        self._forget("kept", "saved", "everything", "returned")

    def _forget(self, *names):
        for name in names:
            self.__dict__.pop(name, None)

    def answers_return(self, tab):
        """Whether a tab that was returned has nothing wrong any more."""
        return tab.key in self.returned and not self.sheet(tab).problems


def record():
    """The record of this installation."""
    return g.get("record") or current_app.extensions["record"]


def period():
    """The filling period of the student who is signed in, or the one of record.toml, as of now."""
    return getattr(current_user, "period", None) or Period.written(record().period, now())


def period_of(wave, reopened_until=None):
    """The period of the students of a wave (None: of those in none), as of now."""
    written, at = record().period, now()
    if wave is None:
        return Period.written(written, at, reopened_until=reopened_until)
    initial = Period.written(written, at)
    return Period(
        at,
        wave.opens_at,
        wave.closes_at,
        grace=wave.grace,
        reopened_until=reopened_until,
        initial=(initial.initial_from, initial.initial_until),
    )


def set_up(app):
    """Teach Flask-Login who visits."""
    app.session_interface = Cookies()
    login_manager.init_app(app)
    login_manager.session_protection = None


def sign_in(visitor):
    """Let a visit begin. What Flask-Login notes beside the session id is not used, and every request would carry it."""
    login_user(visitor)
    session.pop("_id", None)
    session.pop("_fresh", None)
    # With the token of the forms to come in it, the cookie need not be sent again with the first of them.
    generate_csrf()


def owner(student_no):
    """A student who is not here, as far as what is theirs is concerned; None where there is none."""
    row = Student.get_or_none(Student.student_no == student_no)
    return row and Visitor("", (False, row.student_no, row.name_zh, row.roster, row.password_at, None))


@login_manager.user_loader
def load(token):
    """The visitor of a session id, or None."""
    kind, colon, staff_token = token.partition(":")
    if colon:
        return LOADERS[kind](staff_token) if kind in LOADERS else None
    row = Session.load(token, current_app.config["IDLE_MINUTES"] * 60)
    return row and Visitor(token, row)


def student_required(view):
    """Only for a signed-in student who has a password of their own; everyone else is sent where they can get one."""

    @wraps(view)
    def guarded(*args, **kwargs):
        visitor = current_user._get_current_object()
        if not visitor.is_authenticated:
            return ended()
        if visitor.is_staff:
            abort(403)
        if visitor.is_initial:
            return redirect(url_for("passwords.first"))
        return view(*args, **kwargs)

    guarded.audience = "student"
    return guarded


def ended():
    """Nobody is signed in (any more): a page goes to the door and comes back; a fragment brings it to the form."""
    here = request.full_path.rstrip("?") if request.method == "GET" else tab_path(request.path)
    was_here = session.pop("_user_id", None)
    notice = "kept" if g.get("kept") else "expired" if was_here else None
    is_staff = request.path == "/staff" or request.path.startswith("/staff/")
    door = url_for("staff_account.login" if is_staff else "doors.intue", next=here, notice=notice)
    if not is_partial():
        return redirect(door)
    if is_staff:
        return "", 401, {"HX-Redirect": door}
    form = drawn.sent()
    owner = form.account if form else ""
    reply = render("record/_door.html", next=here, owner=owner, account=owner, errors={}, captcha=None, failed=False)
    return reply, 401, {"HX-Retarget": "#door", "HX-Reswap": "outerHTML", "HX-Push-Url": "false"}


def tab_path(path):
    """Where a form came from that was sent to this address."""
    return path.removesuffix("/draft")
