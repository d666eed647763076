"""Servers with a planted fault, `XUEJI_APP=tests.bench.canaries:NAME`: what finds nothing there is worth nothing."""

import itertools

import app
from tables import store

FORGOTTEN = 10


def forgetful():
    """Confirms every tenth transaction without keeping it."""
    numbers, commit = itertools.count(1), store.File.commit

    def forget(self):
        return self.rollback() if next(numbers) % FORGOTTEN == 0 else commit(self)

    made = app.create_app()
    store.File.commit = forget
    return made


def hasty():
    """Confirms what the disk need not have yet: synchronous=NORMAL."""
    durable = store.durable_pragmas
    store.durable_pragmas = lambda: {**durable(), "synchronous": "normal"}
    return app.create_app()
