"""Photos that were sent, and what the office says of them: of one photo each time, so that a new one waits again."""

from peewee import JOIN, BigIntegerField, BooleanField, CharField, CompositeKey, ForeignKeyField

from models import Photo, Student
from tables.store import Table, now

WAITING, APPROVED, REJECTED = "waiting", "approved", "rejected"


class Picture(str):
    """The fingerprint of a photo that was sent, with the photo: stored with the answers, in a draft, or not at all."""

    __slots__ = ("jpeg",)

    @classmethod
    def of(cls, student_no, jpeg):
        """What stands for this photo among what was typed."""
        picture = cls(Photo.mark(student_no, jpeg))
        picture.jpeg = jpeg
        return picture


def store(student_no, typed, answers):
    """Store the photos among what was typed that became answers."""
    for key, said in typed.items():
        if isinstance(said, Picture) and answers.get(key) == said:
            Photo.keep(student_no, key, said.jpeg)


class PhotoVerdict(Table):
    """What was said of the photo with this fingerprint; of a field the last verdict only."""

    student = ForeignKeyField(Student, on_delete="CASCADE", index=False)
    field = CharField(40)
    fingerprint = CharField(32)
    is_good = BooleanField()
    by = CharField(64)
    at = BigIntegerField(default=now)

    class Meta:
        primary_key = CompositeKey("student", "field")
        indexes = ((("student", "field", "fingerprint"), False),)

    @classmethod
    def give(cls, photo, by, is_good):
        """Approve or reject a photo that the office has seen."""
        row = {"student": photo.student_id, "field": photo.field, "fingerprint": photo.fingerprint}
        cls.insert(**row, is_good=is_good, by=by, at=now()).on_conflict(
            conflict_target=[cls.student, cls.field], preserve=[cls.fingerprint, cls.is_good, cls.by, cls.at]
        ).execute()

    @classmethod
    def of(cls, student_no, field, fingerprint) -> str:
        """WAITING, APPROVED or REJECTED."""
        row = cls.get_or_none((cls.student == student_no) & (cls.field == field) & (cls.fingerprint == fingerprint))
        return WAITING if row is None else APPROVED if row.is_good else REJECTED

    @classmethod
    def forget_rejected(cls, student_no):
        """A tab came back corrected: whatever photo it has now is looked at, even one that was seen before."""
        cls.delete().where((cls.student == student_no) & ~cls.is_good).execute()


def waiting(depts, after=("", ""), limit=36):
    """Photos without a verdict of the students of these departments (None: all), without their pictures.

    In the order of student numbers, those behind `after` (student number, field); each with its `student`.
    """
    columns = (Photo.student, Photo.field, Photo.fingerprint, Student.student_no, Student.name_zh, Student.dept)
    beyond = (Photo.student > after[0]) | ((Photo.student == after[0]) & (Photo.field > after[1]))
    found = _unjudged(Photo.select(*columns).join(Student), depts).where(beyond)
    return list(found.order_by(Photo.student, Photo.field).limit(limit))


def count_waiting(depts) -> int:
    """How many photos wait for these departments."""
    photos = Photo.select(Photo.student)
    return _unjudged(photos if depts is None else photos.join(Student), depts).count()


def seen(depts, student_no, field, fingerprint):
    """This very photo, if its student is of these departments; None when it is another by now."""
    this = (Photo.student == student_no) & (Photo.field == field) & (Photo.fingerprint == fingerprint)
    found = Photo.select().join(Student).where(this)
    return (found if depts is None else found.where(Student.dept.in_(depts))).first()


def _unjudged(photos, depts):
    same = (PhotoVerdict.student == Photo.student) & (PhotoVerdict.field == Photo.field)
    same &= PhotoVerdict.fingerprint == Photo.fingerprint
    found = photos.switch(Photo).join(PhotoVerdict, JOIN.LEFT_OUTER, on=same).where(PhotoVerdict.student.is_null())
    return found if depts is None else found.where(Student.dept.in_(depts))
