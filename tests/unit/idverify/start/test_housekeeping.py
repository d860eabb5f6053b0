"""Chores are done again and again, and what goes wrong with one is told and keeps no other from being done."""

from __future__ import annotations

import errno
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError
from idverify.domain.model import BEGINNING, TrailHead
from idverify.domain.reasons import Reason
from idverify.ports import Figure, Shown
from idverify.ports.watching import Unwatched
from idverify.start.housekeeping import Chore, Housekeeper, UntilClosed
from idverify.trust.key_file import KeyFileError, add_master_key, load_or_create_master_keys, require_kept
from idverify.trust.trail_file import TrailFile, Witness
from idverify.trust.trail_keeper import TrailKeeper
from tests.contract.store_kit import KEYS
from tests.small_disk import fill, small_disk
from tests.waiting import wait_until


def test_a_chore_that_fails_is_told_once_and_done_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "idverify")
    done: list[str] = []
    broken = threading.Event()
    broken.set()

    def fail() -> None:
        done.append("fails")
        if broken.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")

    keeper = Housekeeper("t", [Chore("this", 0.005, fail), Chore("that", 0.005, lambda: done.append("works"))])
    keeper.start()
    wait_until(lambda: done.count("fails") > 5)
    wait_until(lambda: done.count("works") > 5)
    broken.clear()
    wait_until(lambda: any(r.message == "this works again" for r in caplog.records))
    keeper.close()
    told = [(r.message, r.__dict__.get("cause")) for r in caplog.records]
    assert told == [("this failed", "ENOSPC: No space left on device"), ("this works again", None)]


def test_the_first_and_the_last_time(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    first = Chore("first", 1000.0, lambda: done.append("first"), first=0.0)
    last = Chore("last", 1000.0, lambda: done.append("last"), at_end=True)
    keeper = Housekeeper("t", [first, last])
    keeper.start()
    wait_until(lambda: done)
    keeper.close()
    assert done == ["first", "last"]


@dataclass
class Watching(Unwatched):
    """Notes what it is told of chores, and asks for figures."""

    done: list[tuple[str, bool]] = field(default_factory=list)
    figures: Callable[[], Sequence[Figure]] = list

    def chore(self, name: str, seconds: float, *, failed: bool) -> None:
        self.done.append((name, failed))

    def show(self, figures: Callable[[], Sequence[Figure]]) -> None:
        self.figures = figures


def test_whoever_watches_sees_what_was_done_what_failed_and_what_is_overdue() -> None:
    watch, begun, go_on = Watching(), threading.Event(), threading.Event()

    def fail() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def hang() -> None:
        begun.set()
        assert go_on.wait(30)

    chores = [Chore("fails", 1000.0, fail, first=0.0), Chore("hangs", 1000.0, hang, first=0.0)]
    keeper = Housekeeper("t", [*chores, Chore("later", 1000.0, list)], watch=watch)
    keeper.start()
    assert begun.wait(30)
    late = {figure.label: figure.value for figure in watch.figures()}
    assert late.keys() == {"fails", "hangs", "later"}
    assert {figure.of for figure in watch.figures()} == {Shown.CHORE_LATE}
    assert late["hangs"] > 0.0
    assert late["fails"] == late["later"] == 0.0
    go_on.set()
    wait_until(lambda: len(watch.done) == 2)
    keeper.close()
    assert watch.done == [("fails", True), ("hangs", False)]


def test_a_long_chore_ends_with_the_service(caplog: pytest.LogCaptureFixture) -> None:
    life, begun = UntilClosed(), threading.Event()

    def work() -> None:
        while True:
            life.check()
            begun.set()

    keeper = Housekeeper("t", [Chore("long", 0.0, work)], life)
    keeper.start()
    assert begun.wait(30)
    keeper.close()
    assert not caplog.records
    with pytest.raises(DomainError) as ended:
        life.check()
    assert ended.value.reason is Reason.DEADLINE_EXCEEDED


def test_the_file_of_the_trail_follows_the_commits_and_survives_a_full_disk(tmp_path: Path) -> None:
    committed = BEGINNING
    with small_disk(tmp_path / "disk", "1m") as disk:
        file = TrailFile(disk / "trail-head.json", KEYS)
        keeper = TrailKeeper(file, lambda: committed, BEGINNING)
        keeper.write()
        assert file.read() == Witness(BEGINNING)
        committed = TrailHead(1, "a" * 64)
        filler = fill(disk)
        with pytest.raises(OSError, match="No space left"):
            keeper.write()
        assert file.read() == Witness(BEGINNING)
        filler.unlink()
        keeper.note_verified(committed)
        keeper.write()
        assert file.read() == Witness(committed, committed)
        assert [path.name for path in disk.iterdir()] == ["trail-head.json"]


@pytest.mark.parametrize(
    "change", [{"sequence": 2}, {"hash": "b" * 64}, {"verified": [1, "a" * 64]}, {"counted": False}, {"mac": ""}]
)
def test_a_changed_file_of_the_trail_is_not_believed(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "trail-head.json"
    file = TrailFile(path, KEYS)
    file.write(Witness(TrailHead(1, "a" * 64)))
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(Exception, match="was changed, is damaged, or belongs to another"):
        file.read()


def test_keys_that_are_gone_while_the_service_runs_are_missed(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keys = load_or_create_master_keys(path)
    require_kept(path, keys)
    add_master_key(path)
    require_kept(path, keys)
    path.unlink()
    with pytest.raises(KeyFileError, match="is gone: put its copy back"):
        require_kept(path, keys)
    load_or_create_master_keys(path)
    with pytest.raises(KeyFileError, match="is another one"):
        require_kept(path, keys)
