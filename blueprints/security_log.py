"""Notes for the security log, with where the request came from."""

import re

from flask import request

from blueprints.guard import address
from blueprints.watching import count
from tables import journal

# What a user agent says, in the order in which the more telling word comes first.
DEVICES = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "CrOS", "Linux")
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
}
BROWSERS |= {"CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari"}


LOGINS = {"signed-in": "ok", "first-sign-in": "ok", "staff-signed-in": "ok", "refused": "failed", "locked": "locked"}
LOGINS |= {"staff-refused": "failed", "staff-code-refused": "failed"}


def note(what, account, about="", **details):
    """Write a line of the security log about this request; `about`: the student that staff looked at or changed."""
    if what in LOGINS:
        count("logins", LOGINS[what])
    journal.note(what, account, *origin(), about, **details)


def origin():
    """(address, device) of this request."""
    return address(), device(request.user_agent.string)


def device(agent) -> str:
    """A coarse name such as `Chrome, Android`: enough to recognise one's own phone, too little to follow it."""
    browser = next((name for mark, name in BROWSERS.items() if re.search(rf"\b{mark}", agent)), "")
    system = next((name for name in DEVICES if name in agent), "")
    return ", ".join(filter(None, (browser, system)))
