"""Imports of a roster in the browser: who, which file, how far the work is. One import is open at a time."""

import secrets

from peewee import AutoField, BigIntegerField, BlobField, CharField, IntegerField, IntegrityError

from tables.import_parts import FILE, ImportColumns, ImportPart, Parts
from tables.store import Settings, Table, database, now

READING, COLUMNS, CHECKING, CHECKED, WRITING, DONE = "reading", "columns", "checking", "checked", "writing", "done"
UNDOING, UNDONE, FAILED, CANCELLED = "undoing", "undone", "failed", "cancelled"
WORKING, WAITING, BEFORE_WRITING = (READING, CHECKING, WRITING, UNDOING), (COLUMNS, CHECKED), (READING, CHECKING)
# What was shown of the file's rows is kept no longer than the import is open.
NO_SAMPLES = {"samples": {}}
DAY, KEPT_FOR = 86400, 366 * 86400
# Whoever works on an import says so every second; after this many of silence somebody else goes on.
SILENCE, TRIES = 60, 3


class Busy(Exception):
    """Another import is open; `job` is the one."""

    def __init__(self, job):
        super().__init__()
        self.job = job


class Lost(Exception):
    """The import was cancelled, or somebody else works on it: leave it alone."""


class ImportJob(Table):
    """One import from upload to undo. `slot` holds the same word while it is open, so that there can be but one.

    `facts` is sealed JSON: the file's name and size, its columns, the counts. `worker` is the token of who works on it,
    `beat` when they last said so, `percent` how far they are.
    """

    id = AutoField()
    slot = CharField(10, null=True, unique=True)
    state = CharField(10)
    account = CharField(64)
    lang = CharField(2)
    percent = IntegerField(default=0)
    worker = CharField(32, default="")
    beat = BigIntegerField(default=0)
    tries = IntegerField(default=0)
    begun_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now, index=True)
    facts = BlobField(default=b"")

    OPEN = "open"

    @classmethod
    def begin(cls, account, lang, name, content):
        """Open an import of this file, to be read by whoever begins it, and give the Turn. Raises Busy."""
        token = secrets.token_hex(16)
        try:
            with database.atomic():
                row = {"slot": cls.OPEN, "state": READING, "account": account, "lang": lang}
                number = cls.insert(**row, worker=token, beat=now(), tries=1).execute()
                cls.update(facts=seal(number, {"file": name[-120:], "size": len(content)})).where(
                    cls.id == number
                ).execute()
        except IntegrityError:
            raise Busy(cls.open_one()) from None
        job = cls.get_by_id(number)
        job.parts.keep_bytes(FILE, content)
        return Turn(job, token)

    @classmethod
    def open_one(cls):
        """The import that is open, or None."""
        return cls.get_or_none(cls.slot == cls.OPEN)

    @classmethod
    def latest(cls, how_many=10):
        """The last imports that wrote something, the newest first."""
        return list(cls.select().where(cls.state.in_([DONE, UNDOING, UNDONE])).order_by(cls.id.desc()).limit(how_many))

    @classmethod
    def claim(cls, number=None):
        """A Turn at an import that waits for work, this one or any; None when there is none that is free."""
        token, at = secrets.token_hex(16), now()
        free = cls.state.in_(WORKING) & ((cls.worker == "") | (cls.beat < at - SILENCE))
        free &= cls.id == number if number else cls.id > 0
        if not cls.select().where(free).exists():
            return None
        change = cls.update(worker=token, beat=at, tries=cls.tries + 1).where(free).returning(cls)
        row = next(iter(list(change.execute())), None)
        return row and Turn(row, token)

    @classmethod
    def release_all(cls):
        """Whoever worked on an import has gone: the background process begins anew."""
        cls.update(worker="").where(cls.state.in_(WORKING)).execute()

    @property
    def known(self) -> dict:
        """The facts, opened."""
        return Settings.vault.open_json(self.facts, f"import|facts|{self.id}")

    @property
    def is_open(self) -> bool:
        """Whether it keeps others from importing."""
        return self.slot is not None

    @property
    def can_be_undone(self) -> bool:
        """Whether it was written less than a day ago."""
        return self.state == DONE and now() < self.undo_until

    @property
    def undo_until(self) -> int:
        """When undoing ends, of an import that is written."""
        return self.known["written_at"] + DAY

    def go_on(self, state, **facts) -> bool:
        """Bring it to another state with these facts, unless somebody else did; raises Busy where the slot is taken."""
        slot = self.OPEN if state in (*WORKING, *WAITING) else None
        change = {"state": state, "slot": slot, "worker": "", "percent": 0, "tries": 0, "changed_at": now()}
        facts |= {} if slot else NO_SAMPLES
        same = (ImportJob.id == self.id) & (ImportJob.state == self.state) & (ImportJob.changed_at == self.changed_at)
        try:
            done = ImportJob.update(**change, facts=seal(self.id, {**self.known, **facts})).where(same).execute() == 1
        except IntegrityError:
            raise Busy(ImportJob.open_one()) from None
        if state == CANCELLED and done:
            self.parts.drop()
        return done

    @property
    def parts(self):
        """The file and the lists that belong to it."""
        return Parts(self.id)


def seal(number, facts) -> bytes:
    """The facts of an import in the form in which they are kept."""
    return Settings.vault.seal_json(facts, f"import|facts|{number}")


class Turn:
    """Somebody's turn at working on an import; `stopped` says when the process is asked to leave."""

    def __init__(self, job, token, stopped=lambda: False):
        self.job, self.token, self.stopped, self._said = job, token, stopped, 0

    def at(self, percent):
        """Say how far the work is, once a second at most. Raises Lost when there is to be no more of it."""
        if self.stopped():
            raise Lost
        if now() != self._said:
            self._said = now()
            self._change(percent=int(percent), beat=self._said)

    def between(self, first, last, total):
        """A function that says how many of `total` are done, where the whole goes from `first` to `last` percent."""
        return lambda done: self.at(first + (last - first) * done / max(total, 1))

    def finish(self, state, **facts):
        """Leave it in another state with these facts. Raises Lost."""
        slot = ImportJob.OPEN if state in (*WORKING, *WAITING) else None
        change = {"state": state, "slot": slot, "worker": "", "percent": 0, "tries": 0, "changed_at": now()}
        facts |= {} if slot else NO_SAMPLES
        self._change(**change, facts=seal(self.job.id, {**self.job.known, **facts}))

    def note(self, **facts):
        """Add facts. Raises Lost."""
        sealed = seal(self.job.id, {**self.job.known, **facts})
        self._change(facts=sealed)
        self.job.facts = sealed

    def release(self):
        """Let somebody else go on, from the beginning of this step."""
        self._change(worker="")

    def _change(self, **values):
        same = (ImportJob.id == self.job.id) & (ImportJob.worker == self.token)
        if ImportJob.update(**values).where(same).execute() != 1:
            raise Lost


def sweep():
    """Close what nobody went on with for a day, and delete what is past its time."""
    at = now()
    old = ImportJob.changed_at < at - DAY
    for job in ImportJob.select().where(old & ImportJob.state.in_(WAITING)):
        job.go_on(CANCELLED)
    over = ImportJob.select(ImportJob.id).where(old & ImportJob.slot.is_null())
    ImportPart.delete().where(ImportPart.job.in_(over)).execute()
    ImportJob.delete().where((ImportJob.changed_at < at - KEPT_FOR) & ImportJob.slot.is_null()).execute()
    ImportColumns.delete().where(ImportColumns.used_at < at - KEPT_FOR).execute()
