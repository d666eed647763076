"""What makes the tests quick and changes nothing they judge: templates compiled once, and passwords hashed cheaply."""

import argon2
import pytest
from flask import Flask
from jinja2 import BytecodeCache

from domain import passwords

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
