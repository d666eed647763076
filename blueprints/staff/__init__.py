"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    factor,
    reminders,
    reopening,
    settings,
    waves,
)

# fmt: off
PAGES = (
    account,
    factor,
    settings,
    waves,
    reopening,
    reminders,
)
COMMANDS = (
    commands,
)
# fmt: on
