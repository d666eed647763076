"""Staff at a real server: they are put into its database, sign in over the wire, and hand their cookies to a window."""

from contextlib import closing

from domain.vault import Vault, read_key
from tables.imports import CANCELLED, ImportJob
from tables.staff import Staff
from tables.store import Settings, connect, database
from tests import stored
from tests.bench.wire import Wire
from tests.browser import Browser
from tests.conftest import ROOT, SETTINGS
from tests.offices import WU, employ, sign_in


def sign_in_over(wire, site, officer=WU):
    """A browser on this wire, with a registrar signed in who is put on the staff list unless they are there."""
    Settings.vault = Vault(read_key(SETTINGS["XUEJI_DATA_KEY"]))
    connect(stored.url(site.folder), ROOT)
    with database.connection_context():
        is_new = Staff.get_or_none(Staff.account == officer.account) is None
    if is_new:
        employ(officer, has_phone=True)
    browser = sign_in(Browser(wire), officer)
    database.close_all()
    return browser


def registrar_cookies(site, officer=WU):
    """The cookies of a registrar who has just signed in."""
    with closing(Wire(site.port)) as wire:
        sign_in_over(wire, site, officer)
        return [{"name": name, "value": value, "url": site.url} for name, value in wire.cookies.items()]


def close_imports(site):
    """No import is open any more, whatever an earlier test left behind."""
    connect(stored.url(site.folder), ROOT)
    with database.connection_context():
        ImportJob.update(slot=None, state=CANCELLED).where(ImportJob.slot.is_null(False)).execute()
    database.close_all()
