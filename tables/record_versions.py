"""Versions of the record that were put into force on the page, and drafts that are looked at before they are."""

import hashlib
import json

from peewee import AutoField, BigIntegerField, BooleanField, CharField, TextField

from tables.store import Statement, Table, now

DRAFT_LIFE = 30 * 86400


def mark_of(text) -> str:
    """The fingerprint of the text of a record."""
    return hashlib.sha256(text.encode()).hexdigest()


class RecordVersion(Table):
    """A record that was put into force: its text, by which account, when and why. The newest one counts.

    `file_mark` is the fingerprint that the record file had then, so that a later change of the file is noticed.
    """

    id = AutoField()
    mark = CharField(64)
    text = TextField()
    by = CharField(64)
    at = BigIntegerField(default=now)
    comment = CharField(200)
    file_mark = CharField(64)

    _newest = Statement(lambda: RecordVersion.select(RecordVersion.mark).order_by(RecordVersion.id.desc()).limit(1))

    @classmethod
    def newest_mark(cls) -> str:
        """The fingerprint of the newest version, "" while there is none: what every process asks once a second."""
        row = cls._newest(1).fetchone()
        return row[0] if row else ""

    @classmethod
    def newest_first(cls):
        """Every version."""
        return cls.select().order_by(cls.id.desc())

    @classmethod
    def newest(cls):
        """The version that counts, or None."""
        return cls.newest_first().first()

    @classmethod
    def put(cls, text, by, comment, file_mark):
        """Put a text into force."""
        return cls.create(mark=mark_of(text), text=text, by=by, comment=comment, file_mark=file_mark)


class RecordDraft(Table):
    """A sound record that somebody looks at before it is put into force, and what it would change for students.

    `counted`: JSON of what tables/record_trial.py has found up to the student `reached`; `base` is the fingerprint of
    the version that it was compared with.
    """

    id = AutoField()
    text = TextField()
    by = CharField(64)
    at = BigIntegerField(default=now)
    comment = CharField(200)
    base = CharField(64)
    counted = TextField(default="{}")
    reached = CharField(12, default="")
    is_counted = BooleanField(default=False, index=True)

    @classmethod
    def begin(cls, text, by, comment, base):
        """Keep a text to look at; drafts that were forgotten for a month go."""
        cls.delete().where(cls.at < now() - DRAFT_LIFE).execute()
        return cls.create(text=text, by=by, comment=comment, base=base)

    def leave(self):
        """Count no further."""
        RecordDraft.update(is_counted=True).where(RecordDraft.id == self.id).execute()

    @property
    def counts(self) -> dict:
        """What was found so far."""
        return json.loads(self.counted)

    def keep(self, counts, reached, is_counted):
        """Note how far the counting is."""
        self.counted, self.reached, self.is_counted = json.dumps(counts), reached, is_counted
        self.save(only=[RecordDraft.counted, RecordDraft.reached, RecordDraft.is_counted])

    def compare_again(self, base):
        """Count from the beginning, against another version."""
        self.base = base
        self.save(only=[RecordDraft.base])
        self.keep({}, "", is_counted=False)
