"""What the background process of the server does: letters, and imports of rosters, side by side."""

import threading

from blueprints import language
from tables import import_work, trouble
from tables.imports import ImportJob
from tables.store import database

LOOK_EVERY = 1


def importing(app):
    """The job that goes on with imports, until `stop` (a threading.Event) is set."""

    def run(stop):
        is_fresh = True
        while not stop.wait(LOOK_EVERY):
            try:
                with app.app_context(), database.connection_context():
                    if is_fresh:
                        ImportJob.release_all()
                    is_fresh = False
                    import_work.step(import_work.Tools(app.extensions["record"], language.say), stop.is_set)
            except trouble.ERRORS as reason:
                trouble.endure(reason)

    return run


def side_by_side(*jobs):
    """One job out of several, each in a thread of its own. When one of them breaks off, so do all: whoever started them
    begins anew."""

    def run(stop):
        threads = [threading.Thread(target=job, args=(stop,), daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        while all(thread.is_alive() for thread in threads):
            threads[0].join(0.5)
        for thread in threads if stop.is_set() else ():
            thread.join()

    return run
