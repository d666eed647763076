"""Saves are counted, and know the forms they came from; drafts take the place of the stash.

What is in the stash was sent within the last twelve hours with a session that had ended: its owner may come for it.
"""

from peewee import BigIntegerField, BlobField, CharField, CompositeKey, ForeignKeyField, IntegerField, Model

from tables.store import Settings


class Student(Model):
    """As far as a draft refers to it."""

    student_no = CharField(12, primary_key=True)


class Draft(Model):
    """Drafts as this migration makes them."""

    student = ForeignKeyField(Student, on_delete="CASCADE")
    place = CharField(60)
    typed = BlobField()
    at = BigIntegerField()

    class Meta:
        primary_key = CompositeKey("student", "place")


def up(migrator, db):
    """Add two columns, and make every row of the stash a draft."""
    migrator.migrate(
        migrator.add_column("saved_tab", "rev", IntegerField(default=0)),
        migrator.add_column("saved_tab", "forms", CharField(200, default="")),
    )
    with db.bind_ctx([Student, Draft]):
        db.create_tables([Draft])
        for student, tab, sealed, at in db.execute_sql("SELECT student_id, tab, typed, at FROM stash").fetchall():
            typed = Settings.vault.open_json(sealed, f"stash|typed|{student}")
            again = Settings.vault.seal_json(typed, f"draft|typed|{student}|{tab}")
            Draft.insert(student=student, place=tab, typed=again, at=at).execute()
    db.execute_sql("DROP TABLE stash")
