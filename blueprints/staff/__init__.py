"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
    reopening,
    settings,
    student,
    students,
    waves,
)

# fmt: off
PAGES = (
    account,
    factor,
    settings,
    waves,
    reopening,
    students,
    student,
)
COMMANDS = (
    commands,
)
# fmt: on
