"""Notes for the security log, with where the request came from."""

import re

from flask import request

from blueprints.guard import address
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


def note(what, account, about="", **details):
    """Write a line of the security log about this request; `about`: the student that staff looked at or changed."""
    journal.note(what, account, *origin(), about, **details)


def origin():
    """(address, device) of this request."""
    return address(), device(request.user_agent.string)


def device(agent) -> str:
    """A coarse name such as `Chrome, Android`: enough to recognise one's own phone, too little to follow it."""
    browser = next((name for mark, name in BROWSERS.items() if re.search(rf"\b{mark}", agent)), "")
    system = next((name for name in DEVICES if name in agent), "")
    return ", ".join(filter(None, (browser, system)))
