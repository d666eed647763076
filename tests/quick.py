"""What makes the tests quick and changes nothing they judge: their order, templates compiled once, cheap hashes."""

import ast
from functools import cache
from pathlib import Path

import argon2
import pytest
from flask import Flask
from jinja2 import BytecodeCache

from domain import passwords
from tests import stored

CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
REAL = passwords._hasher


class KeptCode(BytecodeCache):
    """The code of each template in each language, for all apps of a run: compiling takes half the time of a start."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        """Give what was compiled before."""
        bucket.code = self.kept.get(self._place(bucket))

    def dump_bytecode(self, bucket):
        """Keep it."""
        self.kept[self._place(bucket)] = bucket.code

    @staticmethod
    def _place(bucket):
        # Words are folded in, so that a template has other code in each language.
        return bucket.key, bucket.checksum, bucket.environment.globals.get("lang")


BROWSER, DATABASE = "program", {"built", "program", "tmp_path", "tmp_path_factory"}
ABOUT_DATABASES = {"app", "models", "tables", "blueprints", "deploy"}


def pytest_collection_modifyitems(config, items):
    """What needs a browser takes longest and comes first; on a server, what has to do with no database is left out."""
    items.sort(key=lambda item: BROWSER not in item.fixturenames)
    if stored.ON_SERVER:
        meant = {item: bool(DATABASE & set(item.fixturenames)) or imports_tables(item.module) for item in items}
        config.hook.pytest_deselected(items=[item for item in items if not meant[item]])
        items[:] = [item for item in items if meant[item]]


@cache
def imports_tables(module):
    """Whether a module of tests uses parts of the program that know of databases."""
    nodes = ast.walk(ast.parse(Path(module.__file__).read_text("utf-8")))
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    return any(name.partition(".")[0] in ABOUT_DATABASES for name in names)


Flask.jinja_options = {"bytecode_cache": KeptCode()}


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes():
    """Argon2id with the least memory: most tests only need that a password fits its own hash and no other."""
    passwords._hasher = CHEAP
    yield
    passwords._hasher = REAL


@pytest.fixture
def real_hashes(monkeypatch):
    """Hashes as they are made in use, for tests of their parameters and of what they cost."""
    monkeypatch.setattr(passwords, "_hasher", REAL)
