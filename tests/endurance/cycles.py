"""Killing the service, cycle after cycle, and holding each start to what was answered before."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import grpc

from idverify.trust.log.notes import VerifierKey
from idverify.trust.log.verifying import ProofRejectedError, verify_proof
from idverify.v1 import audit_pb2, log_pb2
from tests.e2e.process import ServerProcess, begin_process
from tests.e2e.stubs import Stubs
from tests.endurance.ledger import Event, Ledger, is_enrolled, searched
from tests.postgres_kit import PostgresServer
from tests.waiting import PATIENCE, wait_until

_CLERKS, _NUMBERS = 2, 500_000
_KILLED_AT_START = 0.2
"""Part of the starts that do not live to listen."""
_DATABASE_KILLED = 1 / 3
"""Part of the lives in which PostgreSQL is killed."""
_LONGEST_START, _LONGEST_LIFE = 3.0, 1.5
"""Seconds after which a service is killed at the latest: before it listens, and from then on."""
_OLDER = 10
"""Of those who were not touched since the last look, so many are looked at each time; all at the end."""
_WHOLE_CHECK_SECONDS = 600.0


@dataclass
class Report:
    """What was seen.

    Attributes:
        killed: how often the service was killed; of that, at_start: before it listened.
        databases: how often PostgreSQL was killed beneath it.
        wrong: what was answered and is not so, what is so and was not asked for, and what does not prove it.
        proofs: of verifications and searches that were answered, checked offline.
        searches: for people who are enrolled or were erased, by the gallery.
        memory: MB that the service held when it was killed, cycle by cycle.
        seconds: that calls took which were answered OK.
    """

    killed: int = 0
    at_start: int = 0
    databases: int = 0
    wrong: list[str] = field(default_factory=list)
    proofs: int = 0
    searches: int = 0
    memory: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        """How many calls were answered OK."""
        return len(self.seconds)

    @property
    def late(self) -> float:
        """Seconds within which 99 % of them were."""
        ordered = sorted(self.seconds) or [0.0]
        return ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]


class Town:
    """A register, its clerks, and what they know.

    Args:
        folder: an empty one.
        seed: of everything that is drawn.
        database: PostgreSQL, running and empty; None: SQLite.
    """

    def __init__(self, folder: Path, seed: int, database: PostgresServer | None = None) -> None:
        self.report = Report()
        self._database = database
        self._folder = folder
        self._choice = random.Random(seed)
        self._ledgers = [Ledger(place * _NUMBERS) for place in range(_CLERKS)]
        self._keys: Sequence[VerifierKey] = ()

    def crash(self, cycles: int, told: Callable[[int], object]) -> Report:
        """Start, live and kill so many times; then look at everything.

        Raises:
            AssertionError: the service does not start.
            grpc.RpcError: it refuses what it should not.
        """
        for cycle in range(cycles):
            with self._running() as server:
                if cycle and self._choice.random() < _KILLED_AT_START:
                    time.sleep(self._choice.uniform(0.0, _LONGEST_START))
                    self.report.at_start += 1
                else:
                    self._live(server)
            self.report.killed += 1
            told(cycle + 1)
        self.look_at_all()
        self.report.seconds = [each for ledger in self._ledgers for each in ledger.seconds]
        return self.report

    def look_at_all(self) -> None:
        """Hold the service to everything that was ever answered, and end it in good order."""
        with self._running() as server:
            server.await_listening()
            with server.stubs() as stubs:
                self._look(stubs, whole=True)
            if server.terminate():
                self.report.wrong.append("the service does not end in good order")

    @contextmanager
    def _running(self) -> Iterator[ServerProcess]:
        url = self._database.url if self._database is not None else ""
        server = begin_process(self._folder, "-m", "tests.endurance.served", database_url=url)
        try:
            yield server
        finally:
            server.kill()

    def _live(self, server: ServerProcess) -> None:
        server.await_listening()
        with server.stubs() as stubs:
            self._look(stubs, whole=False)
            if self._database is not None and self._choice.random() < _DATABASE_KILLED:
                self._work(stubs, self._database.kill)
                self._database.again()
                self.report.databases += 1
                wait_until(lambda: self._answers(stubs))
                self._look(stubs, whole=False)
            self._work(stubs, lambda: self._kill(server), server.kill)

    def _work(self, stubs: Stubs, end: Callable[[], object], certainly: Callable[[], object] = lambda: None) -> None:
        """Have the clerks work until ``end`` keeps them from it; ``certainly``: done whatever ends this."""
        with ThreadPoolExecutor(_CLERKS) as pool:
            try:
                clerks = [pool.submit(ledger.live, stubs, self._choice.randrange(1 << 32)) for ledger in self._ledgers]
                time.sleep(self._choice.uniform(0.05, _LONGEST_LIFE))
                end()
            finally:
                certainly()
        for clerk in clerks:
            clerk.result()

    def _kill(self, server: ServerProcess) -> None:
        self.report.memory.append(server.resident() / 1e6)
        server.kill()

    def _answers(self, stubs: Stubs) -> bool:
        try:
            is_enrolled(stubs, 0)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAVAILABLE:
                raise
            return False
        return True

    def _look(self, stubs: Stubs, *, whole: bool) -> None:
        """Hold the service to what was answered."""
        if not self._keys:
            answer = stubs.log.GetLogCheckpoint(log_pb2.GetLogCheckpointRequest(), timeout=PATIENCE)
            self._keys = [VerifierKey.parse(key) for key in answer.verifier_keys]
        for ledger in self._ledgers:
            ledger.settle(stubs)
        fingers = sum(len(ledger.enrolled) for ledger in self._ledgers)
        for ledger in self._ledgers:
            for person in self._some(ledger.touched, ledger.enrolled | ledger.erased, whole):
                self._find(stubs, person, person in ledger.enrolled, fingers)
            ledger.touched.clear()
            for event in self._some(sorted(ledger.events)[-_OLDER:], ledger.events, whole):
                self._prove(stubs, event, ledger.events[event])
        check = stubs.audit.CheckAuditTrail(
            audit_pb2.CheckAuditTrailRequest(full=whole), timeout=_WHOLE_CHECK_SECONDS if whole else PATIENCE
        )
        if not check.intact:
            self.report.wrong += [f"event {check.first_broken_sequence} is broken", *check.findings]

    def _some(self, certainly: Iterable[int], others: Iterable[int], whole: bool) -> list[int]:
        there = sorted(others)
        drawn = there if whole else self._choice.sample(there, min(_OLDER, len(there)))
        return sorted({*certainly, *drawn})

    def _find(self, stubs: Stubs, person: int, enrolled: bool, fingers: int) -> None:
        """Ask database and gallery for somebody, and the gallery for how many there are."""
        told = is_enrolled(stubs, person), *searched(stubs, person, self._choice)
        self.report.searches += 1
        if told != (enrolled, enrolled, fingers):
            is_in, is_found, size = told
            self.report.wrong.append(
                f"person {person} should {'' if enrolled else 'not '}be enrolled: in the database {is_in}, found by "
                f"the gallery {is_found}, which has {size} fingers of {fingers}"
            )

    def _prove(self, stubs: Stubs, event: int, said: Event) -> None:
        answer = stubs.log.GetEventProof(log_pb2.GetEventProofRequest(sequence=event), timeout=PATIENCE)
        try:
            proven = verify_proof(answer.proof.encode(), self._keys).event
        except ProofRejectedError as error:
            self.report.wrong.append(f"event {event}: {error}")
            return
        self.report.proofs += 1
        if (proven["sequence"], (proven["action"], proven["outcome"])) != (event, said):
            self.report.wrong.append(f"event {event} is another one than was answered")
