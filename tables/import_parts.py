"""What belongs to an import of a roster: the file, and the lists that come of it, packed and sealed in parts.

Each part is written in a transaction of its own, so that nobody who saves a tab waits for a large file.
"""

import json
import zlib

from peewee import BigIntegerField, BlobField, CharField, CompositeKey, IntegerField, TextField

from domain.roster_columns import BY_NAME
from tables.store import Settings, Table, now

CHUNK = 1 << 20
FILE, PROBLEMS, CHANGES, ROWS, ERRORS, UNDO, LEFT = "file", "problems", "changes", "rows", "errors", "undo", "left"
OF_CHECK = (PROBLEMS, CHANGES, ROWS, ERRORS)


class ImportPart(Table):
    """A piece of a file or a page of a list."""

    job = IntegerField()
    kind = CharField(10)
    number = IntegerField()
    sealed = BlobField()

    class Meta:
        primary_key = CompositeKey("job", "kind", "number")

    @property
    def opened(self) -> bytes:
        """What was kept."""
        return zlib.decompress(Settings.vault.open(self.sealed, f"import|{self.kind}|{self.job}|{self.number}"))


class Parts:
    """The files and lists of one import."""

    def __init__(self, job):
        self.job = job

    def _keep(self, kind, number, content):
        sealed = Settings.vault.seal(zlib.compress(content, 1), f"import|{kind}|{self.job}|{number}")
        row = ImportPart.insert(job=self.job, kind=kind, number=number, sealed=sealed)
        keys = [ImportPart.job, ImportPart.kind, ImportPart.number]
        row.on_conflict(conflict_target=keys, preserve=[ImportPart.sealed]).execute()

    def _where(self, kind):
        return (ImportPart.job == self.job) & (ImportPart.kind == kind)

    def keep_bytes(self, kind, content):
        """Keep a file in place of the one there was."""
        self.drop(kind)
        for number, start in enumerate(range(0, len(content), CHUNK)):
            self._keep(kind, number, content[start : start + CHUNK])

    def read_bytes(self, kind) -> bytes:
        """A file; empty when there is none."""
        rows = ImportPart.select().where(self._where(kind)).order_by(ImportPart.number)
        return b"".join(part.opened for part in rows.iterator())

    def keep_list(self, kind, items, size, tick=lambda _done: None):
        """Keep a list of JSON values, in pages of this size, in place of the one there was."""
        self.drop(kind)
        for number, start in enumerate(range(0, len(items), size)):
            page = json.dumps(items[start : start + size], ensure_ascii=False, separators=(",", ":"))
            self._keep(kind, number, page.encode())
            tick(start)

    def page(self, kind, number) -> list:
        """One page of a list, the first being 0; empty past its end."""
        row = ImportPart.get_or_none(self._where(kind) & (ImportPart.number == number))
        return json.loads(row.opened) if row else []

    def read_list(self, kind):
        """Every value of a list, with one page in memory at a time."""
        number = 0
        while page := self.page(kind, number):
            yield from page
            number += 1

    def has(self, kind) -> bool:
        """Whether there is anything of this kind."""
        return ImportPart.select().where(self._where(kind)).exists()

    def drop_page(self, kind, number):
        """Delete one page of a list; the others keep their numbers."""
        ImportPart.delete().where(self._where(kind) & (ImportPart.number == number)).execute()

    def drop(self, *kinds):
        """Delete the parts of these kinds, or all."""
        mine = ImportPart.job == self.job
        ImportPart.delete().where(mine & ImportPart.kind.in_(kinds) if kinds else mine).execute()


class ImportColumns(Table):
    """Which columns of a header were which, as a clerk chose: the next file with the same header is read alike."""

    header = CharField(64, primary_key=True)
    names = TextField()
    used_at = BigIntegerField(default=now, index=True)

    @classmethod
    def remember(cls, header, columns):
        """Keep `{place: Column, or None to leave it out}` for this header, a list of texts."""
        names = json.dumps({place: column.name if column else "" for place, column in columns.items()})
        row = cls.insert(header=_mark(header), names=names, used_at=now())
        row.on_conflict(conflict_target=[cls.header], preserve=[cls.names, cls.used_at]).execute()

    @classmethod
    def of(cls, header):
        """What was remembered for this header, as it was given; None: nothing."""
        row = cls.get_or_none(cls.header == _mark(header))
        return row and {int(place): BY_NAME.get(name) for place, name in json.loads(row.names).items()}


def _mark(header):
    return Settings.vault.index("import|" + json.dumps([text.strip() for text in header])).hex()
