"""What staff see and do: one module for each."""

from blueprints.staff import (
    account,
    commands,
    exports,
    factor,
    log,
    mappings,
    reopening,
    settings,
    waves,
)

# fmt: off
PAGES = (
    account,
    exports,
    factor,
    log,
    mappings,
    settings,
    waves,
    reopening,
)
COMMANDS = (
    commands,
)
# fmt: on
