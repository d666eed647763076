"""Tries that are counted, and locks: exact for any number of processes, since each count is one statement."""

import time
import uuid
from pathlib import Path

from peewee import BigIntegerField, BlobField, Case, CharField, IntegerField

from tables.store import Settings, Table, database, now

DAY = 86400
# More rows than this are somebody flooding us; the oldest go first.
MOST = 200_000


# One machine between two starts of it: the steady clock of another says nothing here. Linux has an id for that.
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
BOOT = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else str(uuid.uuid4())


def uptime() -> int:
    """Seconds by a clock that nobody can set. After a restart of the machine it begins anew."""
    return int(time.monotonic())


class Span:
    """What counts and locks share: a row means something from `since` until `until`, and nothing before or after.

    `up_until` says the same in the uptime of the machine that wrote it, so that a clock set back makes nothing longer;
    on another machine, and after a restart, the usual clock decides. `key` is a keyed fingerprint: unknown accounts
    count alike, and nobody can read here who was tried.
    """

    @classmethod
    def _holds(cls):
        at = now()
        # By the steady clock, one that was set back between two tries neither opens a lock nor begins a count anew.
        has_begun = ((cls.boot == BOOT) & (cls.up_until > uptime())) | ((cls.boot != BOOT) & (cls.since <= at))
        return (cls.until > at) & has_begun

    @classmethod
    def so_far(cls, what) -> int:
        """The count of `what` as it stands."""
        row = cls.select(cls.n).where((cls.key == Settings.vault.index(what)) & cls._holds()).tuples().first()
        return row[0] if row else 0

    @classmethod
    def forget(cls, *whats):
        """Count these from nothing again, as after a good sign-in."""
        cls.delete().where(cls.key.in_([Settings.vault.index(what) for what in whats])).execute()

    @classmethod
    def _upsert(cls, what, seconds, change) -> int:
        # The time is read under the write lock: read before a wait, it could lie before the row began.
        with database.atomic():
            at, up = now(), uptime()
            begun = {cls.since: at, cls.until: at + seconds, cls.up_until: up + seconds, cls.boot: BOOT}
            query = cls.insert({cls.key: Settings.vault.index(what), cls.n: 1, **begun})
            query = query.on_conflict(conflict_target=[cls.key], update={**change(at, up), cls.boot: BOOT})
            return next(iter(list(query.returning(cls.n).tuples().execute())))[0]

    @classmethod
    def _until(cls, whats, where) -> dict:
        rows = list(cls.select(cls.key, cls.until).where(cls._holds() & where).tuples())
        # There are few rows and many accounts, and each of these costs a fingerprint: mostly there is no row at all.
        keys = {Settings.vault.index(what): what for what in whats} if rows else {}
        return {keys[bytes(key)]: until for key, until in rows if bytes(key) in keys}

    @classmethod
    def sweep(cls):
        """Delete what no longer means anything, and the oldest of what is too much."""
        cls.delete().where(cls.until < now() - DAY).execute()
        surplus = cls.select(cls.key).order_by(cls.since.desc()).limit(2**62).offset(MOST)
        cls.delete().where(cls.key.in_(surplus)).execute()


class Tries(Span, Table):
    """How often something was tried in a stretch of time that begins with the first try."""

    key = BlobField(primary_key=True)
    n = IntegerField()
    since = BigIntegerField()
    until = BigIntegerField()
    up_until = BigIntegerField()
    boot = CharField(36)

    @classmethod
    def count(cls, what, seconds, *, extend=False) -> int:
        """Count one more try and say how many there were within `seconds` of the first (`extend`: of the last)."""

        def change(at, up):
            holds = cls._holds()
            stays = holds & (not extend)
            return {
                cls.n: Case(None, [(holds, cls.n + 1)], 1),
                cls.since: Case(None, [(stays, cls.since)], at),
                cls.until: Case(None, [(stays, cls.until)], at + seconds),
                cls.up_until: Case(None, [(stays & (cls.boot == BOOT), cls.up_until)], up + seconds),
            }

        return cls._upsert(what, seconds, change)

    @classmethod
    def give_back(cls, what):
        """Take the last try back, as one that turned out good."""
        cls.update(n=cls.n - 1).where((cls.key == Settings.vault.index(what)) & (cls.n > 0)).execute()

    @classmethod
    def above(cls, whats, limit) -> dict:
        """{what: until when} of those that were tried more often than `limit`."""
        return cls._until(whats, cls.n > limit)


class Lock(Span, Table):
    """Failures in a row, and the lock that follows: `n` below the limit counts until `until`, else it is shut so long.

    `locks` says how often that happened since `locks_since`.
    """

    key = BlobField(primary_key=True)
    n = IntegerField()
    since = BigIntegerField()
    until = BigIntegerField()
    up_until = BigIntegerField()
    boot = CharField(36)
    locks = IntegerField(default=0)
    locks_since = BigIntegerField(default=0)

    @classmethod
    def attempt(cls, what, limit, wait, *, within=DAY, third=None) -> int:
        """Count a try before it is judged, and say how many there were: one above `limit` must not be judged.

        The limit-th within `within` seconds shuts for `wait` seconds (`third`: from the third time in a day).
        """

        def change(at, up):
            holds, again = cls._holds(), (cls.locks_since <= at) & (cls.locks_since > at - DAY)
            is_shut, is_last = holds & (cls.n >= limit), holds & (cls.n == limit - 1)
            is_ours, pause = cls.boot == BOOT, Case(None, [(again & (cls.locks >= 2), third or wait)], wait)
            return {
                cls.n: Case(None, [(is_shut, limit + 1), (holds, cls.n + 1)], 1),
                cls.since: Case(None, [(is_last, at), (holds, cls.since)], at),
                cls.until: Case(None, [(is_last, at + pause), (holds, cls.until)], at + within),
                cls.up_until: Case(None, [(is_last, up + pause), (holds & is_ours, cls.up_until)], up + within),
                cls.locks: Case(None, [(is_last & again, cls.locks + 1), (is_last, 1)], cls.locks),
                cls.locks_since: Case(None, [(is_last & ~again, at)], cls.locks_since),
            }

        return cls._upsert(what, within, change)

    @classmethod
    def give_back(cls, what, n):
        """Take so many tries back, which opens a lock."""
        left = Case(None, [(cls.n > n, cls.n - n)], 0)
        cls.update(n=left).where(cls.key == Settings.vault.index(what)).execute()

    @classmethod
    def shut_until(cls, whats, limit) -> dict:
        """{what: until when} of those that are shut now."""
        return cls._until(whats, cls.n >= limit)


def sweep():
    """Delete what has run out."""
    with database.atomic():
        Tries.sweep()
        Lock.sweep()
