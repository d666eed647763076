"""What a student does costs the same however many others there are: the database looks nobody else up for it."""

import re

import pytest

from tables.store import database
from tests.answers import fill, first_password
from tests.browser import Browser
from tests.people import LIN, PASSWORD
from tests.stored import files_only
from tests.test_lookup import look_up

# One row or more for each student.
LARGE = {
    "student", "standing", "saved_tab", "session", "sign_in", "history", "photo", "draft", "acknowledgement", "mail",
    "tries", "lock",
}  # fmt: skip
# Indexes of which one value may stand for very many rows.
COARSE = {"student_program", "student_dept", "standing_dept_program_came_in_state", "standing_shape_dept_program"}
EXPLAINED = ("SELECT", "UPDATE", "DELETE", "WITH")
# A list of programmes counts an index, and keeps what it finds (tables/moments.py); of anybody the first row will do.
ALLOWED = (r'SELECT "t1"\."program", COUNT\(\*\)', r"^(?!.*(WHERE|ORDER)).* LIMIT 1$")


class Plans:
    """The statements that ran, each with how SQLite would go about it."""

    def __init__(self):
        self.statements = set()

    def note(self, statement):
        """Take down one that begins to run."""
        if statement.startswith(EXPLAINED):
            self.statements.add(statement)

    def wide(self):
        """(statement, what is looked through) of those that may look through everybody."""
        for one in sorted(self.statements):
            tables = {alias: table for table, alias in re.findall(r'"(\w+)" AS "(\w+)"', one)}
            for *_, step in database.execute_sql(f"EXPLAIN QUERY PLAN {one}").fetchall():
                if is_wide(step, tables) and not any(re.search(allowed, one) for allowed in ALLOWED):
                    yield one, step


def is_wide(step, tables):
    """Whether a step of a plan goes through all rows of a large table, or through those of a coarse index."""
    verb, name, *_ = step.split()
    index = re.search(r"INDEX (\w+)", step)
    if verb not in ("SCAN", "SEARCH") or tables.get(name, name) not in LARGE:
        return False
    return verb == "SCAN" or bool(index and index[1] in COARSE)


@pytest.fixture
def plans(app):  # noqa: ARG001 -- an app connects the database
    """The statements from now on: all requests of a test have the one connection that is in the pool."""
    plans = Plans()
    with database.connection_context():
        connection = database.connection()
    connection.set_trace_callback(plans.note)
    yield plans
    connection.set_trace_callback(None)


@files_only
def test_no_statement_of_a_student_looks_through_all_students(app, plans):
    student = Browser(app, htmx=True)
    look_up(Browser(app), LIN)
    first_password(student, LIN).open("/record/notice").submit(ack="yes")
    for tab in list(student.open("/record").tabs):
        fill(student.open(f"/record/{tab}"))
    student.open("/record/receipt")
    Browser(app).open("/intue/login").submit(account=LIN.account, password=PASSWORD).open("/home")

    with database.connection_context():
        assert len(plans.statements) > 40
        assert list(plans.wide()) == []
