"""What is kept: old answers under repeated request ids, and what a call and a denial make the database grow by."""

from __future__ import annotations

import json
import sqlite3
import struct
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import grpc
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.v1 import assertions_pb2, records_pb2, verification_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.people import enrol, minutiae, number_of, touch, verification
from tests.attack.stage import Server, Site, Stage
from tests.e2e.harness import context, read_refusal, refusal
from tests.waiting import wait_until

_DAY = 86_400.0
_CALL = 2900.0
"""Bytes by which a call made the database grow, for good."""

_DENIAL = 100.0
"""Bytes for each of a stranger's many denials; each of the first ten takes more, it was 1100 for all."""

_TOUCHES = 9
"""Of each person, the enrolled one among them."""

_ERASED_WITHIN = 90.0
"""Seconds: old answers are erased each minute."""


def run(stage: Stage) -> Outcome:
    """Ask for an answer again within its time and after it; call and be denied often; archive what is old."""
    found, site = Findings(), stage.site()
    _begin(site, days_ago=4)
    with site.serving(moved_clock=True) as server:
        people = range(2, 32 if stage.full else 6)
        enrol(server, [1, *people])
        asked = verification(1, [minutiae(touch(1, 1))])
        _note_repeated(found, server, asked)
        _note_growth(found, server, site.data / "idverify.db", people)
        assert server.clock is not None
        server.clock.advance(2 * _DAY)  # which an event says, within a second
        if stage.full:
            _note_expired(found, server, asked)
        wait_until(lambda: server.logged("the clock was set"))
        site.wait_until_noted()
        _note_archive(found, site, stage.folder / "archive")
    return found.outcome


def _begin(site: Site, days_ago: float) -> None:
    """Set the clock of the site back, so that what happens now is old to the archive, which goes by the machine's."""
    (site.folder / "clock").write_bytes(struct.pack("<d", datetime.now(UTC).timestamp() - days_ago * _DAY))


def _note_repeated(found: Findings, server: Server, asked: verification_pb2.VerifyRequest) -> None:
    verify = server.stubs("counter-1").verification.Verify
    _put_record(server, "Kinh Bắc")
    first = verify(asked)
    _put_record(server, "Võ Cường")
    found.note("a repeated request gets its first answer", first == verify(asked) and len(first.disclosure.records) > 1)
    found.same("on the record as", server.stubs("auditor").outcomes()[-1], "Verify:REPEATED")


def _put_record(server: Server, commune: str) -> None:
    content = json.dumps({"permanent_address": {"province": "Bắc Ninh", "commune": commune}})
    request = records_pb2.PutRecordRequest(
        context=context(), citizen_number=number_of(1), record_type="residence", json=content
    )
    server.stubs("admin").records.PutRecord(request)


def _note_growth(found: Findings, server: Server, database: Path, people: Sequence[int]) -> None:
    verify, ask = server.stubs("counter-1").verification.Verify, server.stubs("stranger").assertions.GetKeySet
    touches = [(person, number) for person in people for number in range(1, _TOUCHES)]
    asked = (verification(p, [minutiae(touch(p, number))], procedure_code="") for p, number in touches)
    grown = _grown(database, len(touches), lambda: verify(next(asked)))
    found.note(
        f"a verification takes {grown:.0f} bytes, its answer for a day and the last impressions among them",
        grown < _CALL,
    )
    denials = 5 * len(touches)
    grown = _grown(database, denials, lambda: refusal(ask, assertions_pb2.GetKeySetRequest()))
    found.note(f"each of {denials} denials of a stranger takes {grown:.0f}", grown < _DENIAL)


def _grown(database: Path, times: int, act: Callable[[], object]) -> float:
    """Return the bytes that the database uses more after doing something so often, for each time."""
    before = _used(database)
    for _ in range(times):
        act()
    return (_used(database) - before) / times


def _used(database: Path) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


def _note_expired(found: Findings, server: Server, asked: verification_pb2.VerifyRequest) -> None:
    end, reason = time.monotonic() + _ERASED_WITHIN, ""
    while not reason and time.monotonic() < end:
        try:
            server.stubs("counter-1").verification.Verify(asked)
        except grpc.RpcError as error:
            reason = read_refusal(error).reason
        else:
            time.sleep(3.0)
    found.same("two days later", reason, "REQUEST_REPLAYED")


def _note_archive(found: Findings, site: Site, file: Path) -> None:
    before = _events(site)
    arguments = ["audit", "archive", str(file), "--older-than-days", "1", "--data-dir", str(site.data)]
    written = CliRunner().invoke(build_app(), arguments)
    checked = CliRunner().invoke(build_app(), ["audit", "check-archive", str(file)])
    after = _events(site)
    found.note(f"an archive takes {before} events down to {after}", written.exit_code == 0 and after < before / 10)
    found.same("and checks with", checked.exit_code, 0)


def _events(site: Site) -> int:
    with closing(sqlite3.connect(f"file:{site.data / 'idverify.db'}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM audit").fetchone()[0])


CASE = Case(
    number="10",
    name="growth and repeated request ids",
    before="a repeated request id revealed a record's old content for ever and without an event; 2.9 KB a call and "
    "1.1 KB a denial of a stranger, for good",
    wanted="answers are kept a day and given again on the record; strangers' denials are counted; old events archived",
    run=run,
)
