"""What students typed and have not saved: sealed, and there on every device until it is saved."""

from base64 import b64decode, b64encode

from peewee import BigIntegerField, BlobField, CharField, CompositeKey, ForeignKeyField

from models import Student
from tables.photos import Picture
from tables.store import Settings, Statement, Table, now

JPEG = "jpeg"


class Draft(Table):
    """What was typed in one place, by key: in a tab (`contact`), or in a request (`corrections/name_zh`).

    A photo is in it whole, so that it goes with the draft.
    """

    student = ForeignKeyField(Student, on_delete="CASCADE")
    place = CharField(60)
    typed = BlobField()
    at = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("student", "place")

    _of = Statement(lambda: Draft.select(Draft.typed, Draft.at).where(Draft.student == "", Draft.place == ""))
    _save = Statement(
        lambda: Draft.insert(student="", place="", typed=b"", at=0).on_conflict(
            conflict_target=[Draft.student, Draft.place], preserve=[Draft.typed, Draft.at]
        )
    )

    @classmethod
    def of(cls, student_no, place):
        """(what was typed by key, when), or ({}, None)."""
        row = cls._of(student_no, place).fetchone()
        typed = Settings.vault.open_json(row[0], _where(student_no, place)) if row else {}
        return {key: _unpacked(student_no, said) for key, said in typed.items()}, row and row[1]

    @classmethod
    def keep(cls, student_no, place, typed):
        """Keep this, durably, in place of what was kept before; nothing typed is no draft."""
        if typed:
            packed = {key: _packed(said) for key, said in typed.items()}
            cls._save(student_no, place, Settings.vault.seal_json(packed, _where(student_no, place)), now())
        else:
            cls.drop(student_no, place)

    @classmethod
    def add(cls, student_no, place, typed):
        """Put this over what was kept before."""
        cls.keep(student_no, place, {**cls.of(student_no, place)[0], **typed})

    @classmethod
    def drop(cls, student_no, place):
        """Forget it."""
        cls.delete().where(cls.student == student_no, cls.place == place).execute()


def _packed(said):
    """What JSON can say of an answer. No other answer is a mapping."""
    return {JPEG: b64encode(said.jpeg).decode()} if isinstance(said, Picture) else said


def _unpacked(student_no, said):
    return Picture.of(student_no, b64decode(said[JPEG])) if isinstance(said, dict) else said


def _where(student_no, place):
    return f"draft|typed|{student_no}|{place}"
