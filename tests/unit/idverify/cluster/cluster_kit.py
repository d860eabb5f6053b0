"""Shards in this process, that can be stopped, cut off and made slow; and the service's side of them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from idverify.cluster.gallery import ShardedGallery
from idverify.cluster.keeping import ClusterKeeper
from idverify.cluster.messages import ShardKeys
from idverify.cluster.shard import GalleryShard, PutAway
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, FingerPosition, RequestContext, Role
from idverify.matching.biometrics import MatcherBiometrics
from idverify.ports import Among, Prepared, SearchResult
from idverify.services.calls.call import begin
from idverify.services.prints.duplicate_pairs import FoundPairs, PairSearch
from idverify.services.prints.sweep import Sweep
from idverify.storage.store import SqlStore, open_store
from matcher.comparison.calibration import default_calibration
from matcher.comparison.prepared import prepare
from matcher.templates import compact
from tests import prints
from tests.contract.store_kit import KEYS, PERSON, entry, feature
from tests.fakes import FakeClock, NoDeadline
from tests.unit.idverify.matching.test_ready_prints import NoExtractor

SECRET = b"\x07" * 32
FINGERS = (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)


@dataclass
class LocalReplica:
    """Implements :class:`idverify.cluster.copies.Replica`: a shard in this process."""

    name: str
    parts: int
    budget: int = 1 << 30
    put_away: PutAway | None = None
    slow_seconds: float = 0.0
    stopped: bool = False
    cut: bool = False
    gone: bool = False
    asked: int = 0
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2))

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin anew, with nothing."""
        self.shard = GalleryShard(SECRET, self.parts, 1, self.budget, self.put_away)

    def ask(self, sealed: bytes) -> Future[bytes]:
        self.asked += 1
        if self.stopped:
            return Future()
        if self.cut:
            failed: Future[bytes] = Future()
            failed.set_exception(ConnectionError("cut off"))
            return failed
        return self.pool.submit(self._answer, sealed)

    def end(self) -> None:
        self.gone = True

    def _answer(self, sealed: bytes) -> bytes:
        time.sleep(self.slow_seconds)
        return self.shard.answer(sealed)


class ClusterWorld:
    """A database, shards, and the gallery that the service has of them."""

    people: list[str]

    def __init__(
        self, folder: Path, shards: int = 4, replicas: int = 1, away: Mapping[int, PutAway] = MappingProxyType({})
    ) -> None:
        self.folder = folder
        self.number = 0
        self.count = replicas
        self.parts = shards
        self.replicas: dict[tuple[int, int], LocalReplica] = {}
        self.put_away = away
        self.store: SqlStore = open_store(f"sqlite:///{folder / 'db'}", KEYS, patience=5.0)
        self.start(shards)

    def opened(self, number: int) -> list[LocalReplica]:
        return [
            self.replicas.setdefault(
                (number, copy), LocalReplica(f"{number}-{copy}", self.parts, put_away=self.put_away.get(number))
            )
            for copy in range(self.count)
        ]

    def start(self, shards: int) -> None:
        """Begin as a server does, with the shards there are."""
        self.gallery = ShardedGallery(self.opened, shards, ShardKeys.of(SECRET))
        self.keeper = ClusterKeeper(self.gallery, self.store, 1e6)
        self.keeper.learn()
        self.settle()

    def settle(self) -> None:
        """Let the keeper do what is to be done."""
        for _ in range(200):
            self.keeper.tick()
            copies = self.gallery.copies()
            if not any(copy.busy for copy in copies) and all(copy.can_search(copy.wanted) for copy in copies):
                return
            time.sleep(0.01)

    def end(self) -> None:
        self.keeper.close()
        for replica in self.replicas.values():
            replica.pool.shutdown(cancel_futures=True)
        self.store.close()

    def enrol(self, seed: int, of: int | None = None) -> tuple[str, list[int]]:
        """Enrol a person with two fingers, audited and findable, as the use case does it; ``of``: another's fingers."""
        self.number += 1
        subject_id = str(uuid.UUID(int=seed))
        fingers = {p: prints.finger(10 * (of or seed) + p) for p in FINGERS}
        shown = fingers if of is None else {p: prints.impression(finger, 3) for p, finger in fingers.items()}
        features = [feature(p, compact.encode(template)) for p, template in shown.items()]
        with self.store.transaction() as uow:
            uow.subjects.add(subject_id, f"0792030{self.number:05}", PERSON, FakeClock().time)
            _, stored = uow.subjects.add_encounter(subject_id, str(uuid.uuid4()), FakeClock().time, features)
            uow.audit.append(entry(subject_id, "EnrolCitizen", "ENROLLED"))
            uow.on_rollback(lambda: self.gallery.remove([t.template_id for t in stored]))
            self.gallery.add(stored)
        return subject_id, [t.template_id for t in stored]

    def delete(self, subject_id: str) -> None:
        with self.store.transaction() as uow:
            gone = [t.template_id for t in uow.subjects.templates(subject_id)]
            uow.subjects.delete(subject_id)
            uow.audit.append(entry(subject_id, "DeleteCitizen", "DELETED"))
            self.gallery.remove(gone)

    def search(self, seed: int, among: Among | None = None, exclude: str | None = None) -> SearchResult:
        return self.gallery.search(
            probe(seed), position=None, limit=3, deadline=NoDeadline(), exclude=exclude, among=among
        )

    def found(self, seed: int) -> str:
        hits = [hit for hit in self.search(seed).hits if hit.likeness.fmr < 1e-4]
        return hits[0].subject_id if hits else ""


def probe(seed: int) -> Prepared:
    """Return another impression of somebody's right index."""
    return Prepared(prepare(prints.impression(prints.finger(10 * seed + FingerPosition.RIGHT_INDEX), 3)))


def sweeping(world: ClusterWorld, at_once: int) -> PairSearch:
    """Return what searches everybody in it."""
    return PairSearch(world.store, MatcherBiometrics(NoExtractor(), default_calibration()), world.gallery, at_once)


def swept(searching: PairSearch, sweep: Sweep, progress: Callable[[int, int, int], None]) -> FoundPairs | None:
    """Search everybody who is left; None: a shard did not answer."""
    caller = Caller("admin-1", frozenset({Role.ADMIN}))
    call = begin(caller, RequestContext(request_id=str(uuid.uuid4())), "StartFindDuplicates", b"", NoDeadline())
    try:
        return searching.run(call, sweep, progress, lambda: None)
    except DomainError as error:
        if error.reason is not Reason.GALLERY_INCOMPLETE:
            raise
        return None
