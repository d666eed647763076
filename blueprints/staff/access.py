"""Who of the staff is visiting, and what they may see."""

from functools import cached_property, wraps

from flask import abort, redirect, session, url_for
from flask_login import UserMixin, current_user, logout_user

from blueprints import access, alarm, language, security_log
from domain import clock
from domain.staff_rules import REGISTRAR
from tables.corrections import Correction
from tables.photos import count_waiting
from tables.returns import Return
from tables.staff import RecoveryCode
from tables.staff_visits import SIGNED_IN, StaffSession

KIND = "staff"
CODE, ENROL = "staff_factor.ask", "staff_factor.enrol"


class StaffVisitor(UserMixin):
    """A member of staff who has given a password. Signed in only when the second factor, if there must be one, is."""

    is_staff, is_initial = True, False
    home, settings, door = "staff_dashboard.show", "staff_settings.show", "staff_account.login"

    def __init__(self, token, is_complete, member):
        self.id, self.token, self.is_complete, self.member = f"{KIND}:{token}", token, is_complete, member
        self.account, self.name, self.role = member.account, member.name, member.role

    @property
    def is_authenticated(self):
        """To every page but that of the second factor, half signed in is not signed in."""
        return not self.missing

    @property
    def missing(self):
        """The page of the step that is still missing, or ""."""
        if self.member.must_have_second_factor and not self.member.has_second_factor:
            return ENROL
        return "" if self.is_complete else CODE

    @property
    def greeting(self):
        """The name to greet by."""
        return self.name

    @property
    def initial(self):
        """The letter in the round badge."""
        return self.name[:1]

    @cached_property
    def depts(self):
        """The departments whose students this visitor may see; None: all of them."""
        return None if self.role == REGISTRAR else self.member.depts

    @cached_property
    def codes_left(self):
        """How many recovery codes still work."""
        return RecoveryCode.left(self.account)

    @cached_property
    def attack(self):
        """Since when so much is guessed that every door asks for a code, in words; "" while it is quiet."""
        at = alarm.since()
        return clock.moment(at, language.current()) if at else ""

    @property
    def waiting(self):
        """How many corrected tabs, photos, and requests for corrections wait for this visitor."""
        corrected, _ = Return.counts(self.depts)
        return corrected, count_waiting(self.depts), Correction.count_waiting(self.depts)

    def leave(self):
        """End this session for good."""
        StaffSession.end(self.token)


def load(token):
    """The visitor of a session token, or None."""
    row = StaffSession.load(token)
    return row and StaffVisitor(token, *row)


access.LOADERS[KIND] = load


def begin(account, is_complete, way=None):
    """Begin a session in place of the one there was, with nothing in it from before but language and where to go on.

    `way`: how the sign-in was completed, to be kept with the account.
    """
    kept = {name: session[name] for name in ("lang", "next") if name in session}
    if current_user.get_id():
        current_user.leave()
    logout_user()
    session.clear()
    session.update(kept)
    if way:
        security_log.note(SIGNED_IN, account, way=way)
    access.sign_in(load(StaffSession.begin(account, is_complete)))


def visitor():
    """The member of staff who is here, perhaps with the second factor still missing; None when it is nobody of them."""
    return current_user._get_current_object() if getattr(current_user, "is_staff", False) else None


def staff_required(role=None):
    """Only for staff who are signed in all the way, of one role if it is named; others go where they can be."""

    def guard_view(view):
        @wraps(view)
        def guarded(*args, **kwargs):
            here = visitor()
            if here is None:
                return refuse()
            if here.missing:
                return arrive()
            if role and here.role != role:
                abort(403)
            return view(*args, **kwargs)

        guarded.audience = role or KIND
        return guarded

    return guard_view


def half_required(view):
    """For staff who have given their password, whether or not the second factor is still missing."""

    @wraps(view)
    def guarded(*args, **kwargs):
        return refuse() if visitor() is None else view(*args, **kwargs)

    guarded.audience = "staff, half signed in"
    return guarded


def refuse():
    """Not staff: a student may not come here, and nobody in particular is led to the staff door."""
    if current_user.is_authenticated:
        abort(403)
    return access.ended()


def arrive():
    """To the step that is still missing; if there is none, to where the visitor wanted to go."""
    here = visitor()
    return redirect(url_for(here.missing) if here.missing else session.pop("next", "") or url_for(here.home))
