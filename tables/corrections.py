"""Requests to correct what the school says of a student: what is asked, the proof, and how it was decided."""

from peewee import AutoField, BigIntegerField, BlobField, BooleanField, CharField, ForeignKeyField, IntegrityError

from domain import corrections
from domain.words import N_, Invalid
from models import Roster, Student
from tables.clashes import clashes
from tables.store import Settings, Statement, Table, database, is_server, now

BATCH = 500


class Correction(Table):
    """A request about one grey field. `said` is sealed JSON: old, wanted, reason; when decided answer and changes.

    `changes` maps roster columns to [old, new]. The proof is gone once the request is decided.
    """

    id = AutoField()
    student = ForeignKeyField(Student, on_delete="CASCADE", index=False)
    field = CharField(40)
    said = BlobField()
    proof_kind = CharField(4, default="")
    proof = BlobField(null=True)
    at = BigIntegerField(default=now)
    decided_at = BigIntegerField(null=True)
    decided_by = CharField(64, default="")
    is_accepted = BooleanField(null=True)

    @property
    def opened(self) -> dict:
        """What was asked and answered."""
        return Settings.vault.open_json(self.said, self._place("said"))

    @property
    def opened_proof(self):
        """The bytes of the proof, or None."""
        return self.proof and Settings.vault.open(self.proof, self._place("proof"))

    def _place(self, column):
        return f"correction|{column}|{self.field}|{self.student_id}"

    @property
    def state(self) -> str:
        """waiting, accepted or declined."""
        return _state(self.decided_at, self.is_accepted)

    @classmethod
    def ask(cls, student_no, field, said, proof=("", None)) -> bool:
        """Keep a request; False when one about this field waits already. `proof`: its kind and bytes."""
        row = cls(student=student_no, field=field, proof_kind=proof[0])
        row.said = Settings.vault.seal_json(said, row._place("said"))
        row.proof = proof[1] and Settings.vault.seal(proof[1], row._place("proof"))
        try:
            with database.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return False
        return True

    _states = Statement(
        lambda: (
            Correction.select(Correction.field, Correction.decided_at, Correction.is_accepted)
            .where(Correction.student == "")
            .order_by(Correction.id)
        )
    )

    @classmethod
    def states(cls, student_no) -> dict:
        """How the last request about each field stands: {field key: state}. Asked for with a tab of such fields."""
        return {field: _state(decided_at, is_accepted) for field, decided_at, is_accepted in cls._states(student_no)}

    @classmethod
    def of(cls, student_no):
        """Every request of a student, the newest first, without its proof."""
        return list(_light().where(cls.student == student_no).order_by(cls.id.desc()))

    @classmethod
    def queue(cls, depts, after=0, limit=50):
        """Requests that wait for these departments (None: all), the oldest first, those behind the id `after`."""
        waiting = cls.decided_at.is_null() & (cls.id > after)
        return list(_scoped(_light(Student).join(Student), depts).where(waiting).order_by(cls.id).limit(limit))

    @classmethod
    def decided(cls, depts, limit=20):
        """The last decisions about students of these departments."""
        rows = _scoped(_light(Student).join(Student), depts).where(cls.decided_at.is_null(False))
        return list(rows.order_by(cls.decided_at.desc(), cls.id.desc()).limit(limit))

    @classmethod
    def count_waiting(cls, depts) -> int:
        """How many wait for these departments."""
        return _scoped(cls.select().join(Student), depts).where(cls.decided_at.is_null()).count()

    @classmethod
    def seen_by(cls, depts, number):
        """The request of this id, with its proof, if its student is of these departments; else None."""
        return _scoped(cls.select(cls, Student).join(Student), depts).where(cls.id == number).first()

    def accept(self, by, value):
        """Change the roster's column to `value`, as an import would, and close the request. Raises Invalid.

        Needs a transaction: what the roster says is read anew in it.
        """
        before = _locked(self.student_id).known
        after = corrections.amended(before, self.field, value)
        _, other = next(clashes([after]), (None, None))
        if other:
            raise Invalid(N_("This ID already belongs to student {other} of the same programme."), other=other)
        Roster.take([after])
        self._decide(by, True, changes=corrections.differences(before, after))

    def decline(self, by, answer):
        """Close the request with the office's reason. Needs a transaction. Raises Invalid when it was decided."""
        self._decide(by, False, answer=answer)

    def _decide(self, by, is_accepted, **more):
        sealed = Settings.vault.seal_json({**self.opened, **more}, self._place("said"))
        change = Correction.update(
            said=sealed, proof=None, decided_at=now(), decided_by=by, is_accepted=is_accepted
        ).where((Correction.id == self.id) & Correction.decided_at.is_null())
        if change.execute() != 1:
            raise Invalid(N_("Somebody else decided this request a moment ago."))

    @classmethod
    def hold(cls, students) -> list[tuple[str, str]]:
        """Put corrected values in place of old ones that a roster brings again, in these students.

        Gives (student number, column) of each such cell. Any third value is the school's newest word, and stays.
        """
        held = []
        for start in range(0, len(students), BATCH):
            some = {one["student_no"]: one for one in students[start : start + BATCH]}
            rows = _light().where(cls.student.in_(list(some)) & (cls.is_accepted == True)).order_by(cls.id)  # noqa: E712
            for row in rows:
                held += row._hold(some[row.student_id])
        return list(dict.fromkeys(held))

    def _hold(self, student):
        for column, (old, new) in self.opened["changes"].items():
            if student[column] == old != new:
                student[column] = new
                yield self.student_id, column


Correction.add_index(
    Correction.index(Correction.student, Correction.field, unique=True, where=Correction.decided_at.is_null())
)
Correction.add_index(Correction.student, Correction.id)
Correction.add_index(Correction.decided_at, Correction.id)


def _locked(student_no):
    """The student, whom nobody else changes before the transaction ends; SQLite has one writer at a time anyway."""
    query = Student.select().where(Student.student_no == student_no)
    return (query.for_update() if is_server() else query).get()


def _state(decided_at, is_accepted):
    return "waiting" if decided_at is None else "accepted" if is_accepted else "declined"


def _light(*more):
    """Requests without what may weigh megabytes."""
    return Correction.select(*(one for one in Correction._meta.sorted_fields if one.name != "proof"), *more)


def _scoped(query, depts):
    return query if depts is None else query.where(Student.dept.in_(depts))
