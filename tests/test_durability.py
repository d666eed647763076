"""A running server whose disk fails, whose power goes, and that is killed: nothing that was confirmed is lost.

In small what `tests.bench.powercut`, `tests.bench.faults` and `tests.bench.killing` do for long.
"""

import os
import random
import shutil
import threading
from contextlib import ExitStack, closing
from subprocess import CalledProcessError

import pytest

from tests import stored
from tests.bench import breakage, served
from tests.bench.faults import SYNCS, WRITES, Seen
from tests.bench.killing import installed, strike, wait_for
from tests.bench.powercut import VARIANTS, lost_at, record_saves
from tests.bench.savers import compare, judge, looking_into, savers, saving
from tests.bench.wire import Wire

SAVES, MOMENTS, LASTS = 24, 16, 1.5
straced = pytest.mark.skipif(
    stored.ON_SERVER or shutil.which("strace") is None or os.geteuid() != 0, reason="needs SQLite, strace and root"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server on a disk of 24 MB where such a disk can be had, else on a usual one."""
    folder = tmp_path_factory.mktemp("small")
    with ExitStack() as parts:
        try:
            parts.enter_context(breakage.small_disk(folder, 24))
        except (CalledProcessError, FileNotFoundError):
            site = parts.enter_context(installed(folder))
            site.is_small = False
        else:
            site = parts.enter_context(installed(folder))
            site.is_small = True
        yield site
    stored.drop(folder)


@pytest.fixture(scope="module")
def people(site):
    """Students at the tab."""
    with savers(site, 4) as people:
        yield people


@pytest.fixture(scope="module")
def recorded(site, people, tmp_path_factory):
    """What the server did to its disk while they saved."""
    return record_saves(site, people, SAVES, tmp_path_factory.mktemp("trace") / "trace")


def losses(folder, recorded, keeps):
    """(confirmed saves that are gone, databases that are damaged) after power cuts at some moments."""
    disks, confirmed, last = recorded
    states = [lost_at(folder, disks, confirmed, moment, keeps) for moment in random.sample(range(last), MOMENTS)]
    return sum(lost for lost, _ in states), sum(not sound for _, sound in states)


@straced
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_power_cut_takes_no_confirmed_save(recorded, tmp_path, variant):
    assert sum(len(told) for _, told in recorded[1]) == SAVES
    assert losses(tmp_path, recorded, VARIANTS[variant]) == (0, 0)


@straced
def test_without_syncs_a_power_cut_would_take_some(recorded, tmp_path, monkeypatch):
    for disk in recorded[0].values():
        monkeypatch.setattr(disk, "syncs", [])

    lost, _ = losses(tmp_path, recorded, VARIANTS["none kept"])

    assert lost > 0


FAULTS = {
    "syncs fail": lambda site: breakage.failing(site, SYNCS, "EIO"),
    "writes fail": lambda site: breakage.failing(site, WRITES, "ENOSPC"),
    "the disk is full": breakage.full,
    "somebody else has the lock": breakage.held,
}


@straced
@pytest.mark.parametrize("fault", FAULTS)
def test_while_something_is_broken_pages_are_read_and_saves_say_that_they_are_none(site, people, fault):
    if fault == "the disk is full" and not site.is_small:
        pytest.skip("no disk can be mounted here")

    seen = Seen(site, people, FAULTS[fault](site), LASTS, asks_doctor=False)

    assert set(seen.pages) == {200}
    assert set(seen.saves) <= {200, 503} and seen.saves[503]
    assert all(all(one.kept) for one in people) and any(one.kept for one in people)
    assert (seen.verdict.lost, seen.verdict.double, seen.sound) == (set(), 0, "ok")


def test_a_copy_made_while_people_save_has_all_that_was_confirmed_before(site, people, tmp_path):
    with saving(people):
        wait_for(lambda: all(one.confirmed for one in people))
        before = {one.account: set(one.confirmed) for one in people}
        served.command(site.folder, "backup", tmp_path / "copy.age")
    served.command(tmp_path, "restore", tmp_path / "copy.age")

    with looking_into(stored.url(tmp_path)):
        assert [compare(account, confirmed) for account, confirmed in before.items()] == [(set(), 0)] * len(people)
    stored.drop(tmp_path)


@pytest.mark.parametrize("way", ["kill_workers", "kill_all"])
def test_whoever_is_killed_takes_no_confirmed_save_along(site, people, way):
    verdict, sound, *_ = strike(site, people, way, 1)

    assert verdict.confirmed >= len(people)
    assert (verdict.lost, verdict.double, sound) == (set(), 0, "ok")


def test_a_save_that_is_lost_would_be_noticed(site, people):
    before, _ = judge(site.folder, people)
    stored.row(site.folder, "DELETE FROM history WHERE id = (SELECT max(id) FROM history)")

    after, _ = judge(site.folder, people)

    assert len(after.lost) == len(before.lost) + 1


@stored.files_only
def test_a_server_that_starts_before_its_database_can_be_used_waits_for_it(tmp_path):
    (tmp_path / "xueji.db").write_bytes(b"no database" * 1000)
    threading.Timer(1.5, (tmp_path / "xueji.db").unlink).start()

    with served.server(tmp_path) as (_, port), closing(Wire(port)) as wire:
        assert wire.ask("/healthz", "GET", {}).status_code == 200
