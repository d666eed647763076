"""Taking everything to another database, row by row, and comparing what arrived."""

import hashlib

from peewee import AutoField, PostgresqlDatabase, Select, chunked, fn, sort_models
from playhouse.migrations import Runner

from tables.schema import MIGRATIONS
from tables.store import Table

BATCH = 500


class NotEmpty(Exception):
    """There are rows in the database that everything should go to."""


class Different(Exception):
    """A table does not hold the same in both databases."""


def move(source, target):
    """Copy every row from `source` to `target`, both open, and yield (table name, rows) of each table that is the same.

    One transaction on the target: nothing arrives unless all of it does. Raises NotEmpty or Different.
    """
    models = sort_models(Table.__subclasses__())
    with target.bind_ctx(models), target.atomic():
        target.create_tables(models, safe=True)
        Runner(target, str(MIGRATIONS)).fake()
        if any(model.select().exists() for model in models):
            raise NotEmpty
        for model in models:
            yield model._meta.table_name, _move_table(model, source, target)


def _move_table(model, source, target):
    for rows in chunked(model.select().tuples().iterator(source), BATCH):
        model.insert_many([_plain(row) for row in rows], model._meta.sorted_fields).execute()
    there, here = (_sum_of(model.select().tuples().iterator(one)) for one in (source, target))
    if there != here:
        raise Different(model._meta.table_name)
    _count_on(model, target)
    return here[0]


def _plain(row):
    return [bytes(value) if isinstance(value, memoryview) else value for value in row]


def _sum_of(rows):
    """(how many, sum of their digests): the same whatever the order, which databases see differently for text."""
    n = total = 0
    for row in rows:
        written = "\x1f".join(repr(int(value) if isinstance(value, bool) else value) for value in _plain(row))
        total += int.from_bytes(hashlib.sha256(written.encode("utf-8", "surrogatepass")).digest())
        n += 1
    return n, total


def _count_on(model, target):
    """Let numbers that the database gives out go on after the highest there is: PostgreSQL counts them apart."""
    key = model._meta.primary_key
    if isinstance(key, AutoField) and isinstance(target, PostgresqlDatabase):
        highest = model.select(fn.MAX(key)).scalar()
        sequence = fn.pg_get_serial_sequence(model._meta.table_name, key.column_name)
        target.execute(Select(columns=[fn.setval(sequence, highest or 1, highest is not None)]))
