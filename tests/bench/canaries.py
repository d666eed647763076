"""Servers with a planted fault, `XUEJI_APP=tests.bench.canaries:NAME`: what finds nothing there is worth nothing."""

import itertools
from contextlib import contextmanager

import app
from blueprints import saving
from tables import store

FORGOTTEN = 3


def forgetful():
    """Confirms every third save without keeping it."""
    numbers, in_turn = itertools.count(1), saving.in_turn

    @contextmanager
    def forget(*what):
        with in_turn(*what):
            yield
            if next(numbers) % FORGOTTEN == 0:
                store.database.top_transaction().rollback()

    saving.in_turn = forget
    return app.create_app()


def hasty():
    """Confirms what the disk need not have yet: synchronous=NORMAL."""
    durable = store.durable_pragmas
    store.durable_pragmas = lambda: {**durable(), "synchronous": "normal"}
    return app.create_app()
