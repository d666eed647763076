"""Whom to write to in each department, say with the weekly figures."""

from peewee import AutoField, CharField

from tables.store import Table


class Contact(Table):
    """A person of a department. An office address, which is no secret, and so kept as it is."""

    id = AutoField()
    dept = CharField(50, index=True)
    name = CharField(50)
    email = CharField(254)

    class Meta:
        indexes = ((("dept", "email"), True),)

    @classmethod
    def of(cls, dept) -> list[str]:
        """The addresses of a department, in the order in which they were added."""
        return [row.email for row in cls.select().where(cls.dept == dept).order_by(cls.id)]

    @classmethod
    def everybody(cls):
        """All of them, department by department."""
        return cls.select().order_by(cls.dept, cls.id)
