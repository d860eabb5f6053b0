"""Keeps the copies of shards what the database is: fills them, brings them up to date, has them put away.

The database has the last word, as for a gallery in one process (:mod:`idverify.matching.keeper`). A copy says which
event of the audit trail it last was in agreement at, its *mark*: is that none of this trail, everything in it is of
another history and is thrown away. Is it, template ids mean the same here and there up to the newest at that moment,
and comparing ids tells what is missing and what is too many; what is newer than that was perhaps never committed, and
is held against the database by what it is.

Other servers believe the same copies. What is taken out of one has them doubt it, so it is done to one copy of a shard
after another; what lies in buckets that this server does not ask a copy for is left there while others do.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from itertools import islice
from threading import Event, Thread
from typing import Any, NamedTuple

import numpy as np

from idverify.cluster.buckets import BUCKETS, bucket_of, held_by, placed
from idverify.cluster.copies import Copy, NoAnswerError
from idverify.cluster.directory import Ids
from idverify.cluster.gallery import ShardedGallery
from idverify.cluster.messages import Message, digest_of, ids_of, ids_part, templates_message
from idverify.domain.errors import DomainError, StoredDataError
from idverify.domain.model import StoredTemplate, TrailHead
from idverify.ports import Store

_LOG = logging.getLogger(__name__)

_BATCH = 1000
_LAST_BATCH = 2000
"""So few templates may be missing when changes are held up for them."""

_TICK_SECONDS = 1.0
_SAY_SECONDS = 2.0
_WORK_SECONDS = 120.0
_HOLDING_UP_SECONDS = 10.0
"""That a copy may take for anything while changes are held up for it: enrolments of all wait then."""

_LOAD_SECONDS = 3600.0
_AT_ONCE = 4
_GRACE_SECONDS = 60.0
"""That nobody searched buckets of a copy which are not wanted of it any more, before it lets go of them."""

_LOOK_SECONDS = 5.0
"""After which every copy is marked again though nothing changed: whether it lives another life is found by that."""

_APART_SECONDS = 15.0
"""Between taking something out of one copy of a shard and out of the next: so long other servers have to mend it."""

_MOMENT_SECONDS = 1.0
"""That an enrolment of another server may take from a shard to the database."""


class _Differences(NamedTuple):
    """What a copy has not and should have, and what it has and the gallery has not, in which life of it."""

    life: str
    drops: int
    missing: Ids
    surplus: Ids


class ClusterKeeper:
    """Owns the thread that looks after the copies.

    Args:
        gallery: empty.
        store: the database.
        snapshot_seconds: how often each shard is put away, if anything changed.
        agreed_shards: tells how many there are to be, by how many there are; None: it is not known now.
        snapshots: where shards are to put away what they have; it is told of one that was made with another place.
    """

    def __init__(
        self,
        gallery: ShardedGallery,
        store: Store,
        snapshot_seconds: float,
        agreed_shards: Callable[[int], int | None] = lambda count: count,
        snapshots: str = "",
    ) -> None:
        self.gallery = gallery
        self._store = store
        self._snapshot_seconds = snapshot_seconds
        self._stop = Event()
        self._pool = ThreadPoolExecutor(_AT_ONCE, "gallery-shards")
        self._thread = Thread(target=self._keep, name="gallery-keeper", daemon=True)
        self._agreed_shards = agreed_shards
        self._away = snapshots
        self._unlooked: list[Copy] = []
        self._count = len(gallery.shards)
        self._target = 0
        self._leave = math.inf
        self._marked = -1
        self._look = 0.0
        self._taken_out: dict[int, tuple[Copy, float]] = {}
        self._saved = 0

    def open(self, patience: float) -> None:
        """Learn what is enrolled, fill the shards for so many seconds at most, and begin to keep them.

        Copies that are not filled by then are filled while the service serves; until then searches are not complete.

        Raises:
            DomainError: STORE_UNAVAILABLE.
        """
        self.learn()
        end = time.monotonic() + patience
        while True:
            self.tick()
            if all(copy.can_search(copy.wanted) for copy in self.gallery.copies()) or time.monotonic() > end:
                break
            self._stop.wait(0.1)
        self._thread.start()

    def learn(self) -> None:
        """Learn what is enrolled: what the shards should hold. Raises DomainError STORE_UNAVAILABLE."""
        with self.gallery.lock:
            self.gallery.directory.add((i, bucket_of(subject)) for i, subject in self._store.template_owners())

    def compare(self) -> None:
        """Bring the gallery to what the database is, whatever was missed. Raises DomainError STORE_UNAVAILABLE."""
        owners = dict(self._store.template_owners())
        with self.gallery.lock:
            known = set(self.gallery.directory.arrays()[0].tolist())
        self.gallery.remove(sorted(known - owners.keys()))
        for batch in _batches(self._store.templates_of(sorted(owners.keys() - known)), _BATCH):
            self.gallery.add(batch)
        self._unlooked = self.gallery.copies()  # by the thread: whoever compares holds up enrolments

    def close(self) -> None:
        """End the thread. Shards stay as they are."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def resize(self, shards: int) -> None:
        """Have so many shards from now on: new ones are filled, and asked once all of them hold what they should.

        Nothing is missing meanwhile: who holds a bucket now is asked for it until then.
        """
        with self.gallery.changing, self.gallery.lock:
            self.gallery.open_shards(shards)
            self._count = self._target = shards

    def tick(self) -> None:
        """Do what is to be done now; what takes long goes on beside it."""
        for copy in self.gallery.copies():
            if not copy.busy and not copy.gone and (copy.silent or not copy.fed or not copy.wanted <= copy.held):
                copy.busy = True
                self._pool.submit(self._mend, copy)
        if self._unlooked and not any(copy.busy for copy in self.gallery.copies()):
            self._look_into(self._unlooked.pop())  # one after the other, so that others answer for one that is mended
        self._move()
        if time.monotonic() >= self._leave:
            left = self.let_go(_GRACE_SECONDS) and self.end_shards()
            self._leave = math.inf if left else time.monotonic() + _GRACE_SECONDS
        if self._marked != self.gallery.changes or time.monotonic() >= self._look:
            self._mark_all()

    # --- one copy ----------------------------------------------------------------------------------------------------

    def _look_into(self, copy: Copy) -> None:
        """See whether a copy that is believed holds what it should, and nothing else; doubt it if not."""
        if not copy.fed or copy.silent or copy.gone:
            return
        try:
            differs = self._differing(copy)
            if differs:  # somebody may just be enrolled, or erased, here or at another server
                self._stop.wait(_MOMENT_SECONDS)
                with self.gallery.changing:
                    differs &= self._differing(copy, _HOLDING_UP_SECONDS)
        except NoAnswerError as error:
            self._trouble(copy, str(error))
            return
        if differs:
            _LOG.warning(
                "a copy of a shard was not what the database is", extra={"copy": copy.name, "templates": len(differs)}
            )
            copy.doubt()

    def _differing(self, copy: Copy, seconds: float = _WORK_SECONDS) -> set[int]:
        found = self._differences(copy, seconds)
        return {*found.missing.tolist(), *found.surplus.tolist()}

    def _mend(self, copy: Copy) -> None:
        try:
            if copy.silent:
                if copy.ask(Message({"do": "state"}), _SAY_SECONDS).facts["life"] != copy.life:
                    copy.doubt()
                copy.silent = False
            if not copy.fed or not copy.wanted <= copy.held:
                self._reconcile(copy)
            copy.trouble = ""
        except NoAnswerError as error:
            self._trouble(copy, str(error))
        except (DomainError, StoredDataError) as error:
            self._trouble(copy, type(error).__name__)
        finally:
            copy.busy = False

    def _trouble(self, copy: Copy, trouble: str) -> None:
        if trouble != copy.trouble:
            _LOG.warning("a copy of a shard is not used", extra={"copy": copy.name, "cause": trouble})
        copy.trouble = trouble

    def _reconcile(self, copy: Copy) -> None:
        """Bring a copy to what the database is, and believe it from then on."""
        began = time.monotonic()
        if not copy.fed:
            self._begin(copy)
        added = removed = 0
        while True:
            mark = self._mark()
            found = self._differences(copy)
            removed += self._take_out(copy, found.surplus)
            if len(found.missing) <= _LAST_BATCH:
                break
            added += self._put_in(copy, found.missing)
        with self.gallery.changing:
            last = self._differences(copy, _HOLDING_UP_SECONDS).missing
            added += self._put_in(copy, last, _HOLDING_UP_SECONDS)
            found = self._differences(copy, _HOLDING_UP_SECONDS)
            if len(found.missing):
                raise NoAnswerError("BEING_ENROLLED")  # not committed yet
            facts: dict[str, Any] = {"do": "hold", "life": found.life, "drops": found.drops, "mark": mark}
            copy.ask(Message({**facts, "buckets": sorted(copy.wanted)}), _SAY_SECONDS)
            copy.life, copy.held = found.life, copy.wanted
        self._leave = min(self._leave, time.monotonic() + _GRACE_SECONDS)
        facts = {"copy": copy.name, "added": added, "removed": removed, "seconds": round(time.monotonic() - began, 3)}
        _LOG.info("a copy of a shard is what the database is", extra=facts)

    def _begin(self, copy: Copy) -> None:
        """Have in it what may be of this history, and nothing else."""
        state = copy.ask(Message({"do": "state"}), _SAY_SECONDS).facts
        if not state["templates"] and state["mark"] is None:
            copy.ask(Message({"do": "load"}), _LOAD_SECONDS)
            state = copy.ask(Message({"do": "state"}), _SAY_SECONDS).facts
        if state["away"] != self._away:  # a shard keeps the place that it was made with
            _LOG.warning("a copy of a shard puts its snapshots elsewhere", extra={"copy": copy.name})
        mark = state["mark"]
        with self._store.reading() as view:
            known = mark is not None and view.audit.holds(TrailHead(mark["sequence"], mark["hash"]))
        if known:
            self._take_out(copy, self._never_committed(copy))
        elif state["templates"]:
            copy.ask(Message({"do": "clear"}), _WORK_SECONDS)

    def _never_committed(self, copy: Copy) -> Ids:
        """Return what is newer than a copy's mark and not so in the database, but not who is being enrolled."""
        wrong = self._newer_than_stored(copy)
        if wrong:
            self._stop.wait(_MOMENT_SECONDS)
            wrong &= self._newer_than_stored(copy)
        return np.array(sorted(wrong), np.int64)

    def _newer_than_stored(self, copy: Copy) -> set[int]:
        told = copy.ask(Message({"do": "newer"}), _WORK_SECONDS)
        ids = ids_of(told.parts[0]).tolist()
        stored = {t.template_id: digest_of(t) for t in self._store.templates_of(ids)}
        return {i for i, digest in zip(ids, told.parts[1:], strict=True) if stored.get(i) != digest}

    def _differences(self, copy: Copy, seconds: float = _WORK_SECONDS) -> _Differences:
        told = copy.ask(Message({"do": "ids"}), seconds)
        held = ids_of(told.parts[0])
        with self.gallery.lock:
            directory = self.gallery.directory
            known, wanted, newest = directory.arrays()[0], directory.within(copy.wanted), directory.newest
        # In buckets that this server does not want here, others may ask for it.
        surplus = np.setdiff1d(held, known, assume_unique=True)
        missing = np.setdiff1d(wanted, held, assume_unique=True)
        # What is newer than all that is known here, another server has just enrolled.
        return _Differences(str(told.facts["life"]), int(told.facts["drops"]), missing, surplus[surplus <= newest])

    def _take_out(self, copy: Copy, ids: Ids) -> int:
        """Take out what is not in the gallery. Raises NoAnswerError if another copy has to be mended first."""
        if not len(ids):
            return 0
        number = next(n for n, copies in enumerate(self.gallery.shards) if copy in copies)
        if copy.ask(Message({"do": "state"}), _SAY_SECONDS).facts["held"]:  # somebody may believe it
            with self.gallery.lock:
                last, at = self._taken_out.get(number, (copy, 0.0))
                if last is not copy and time.monotonic() < at + _APART_SECONDS:
                    raise NoAnswerError("AFTER_ANOTHER")
                self._taken_out[number] = copy, time.monotonic()
        copy.ask(Message({"do": "drop"}, [ids_part(ids)]), _WORK_SECONDS)
        return len(ids)

    def _put_in(self, copy: Copy, ids: Ids, seconds: float = _WORK_SECONDS) -> int:
        added = 0
        for batch in _batches(self._store.templates_of(ids.tolist()), _BATCH):
            copy.ask(templates_message("add", batch), seconds)
            added += len(batch)
        return added

    # --- all of them -------------------------------------------------------------------------------------------------

    def _mark(self) -> dict[str, Any]:
        with self._store.reading() as view:
            return {**asdict(view.audit.head()), "newest": view.subjects.newest_template()}

    def _mark_all(self) -> None:
        """Say to every copy that is believed at which event it is in agreement."""
        changes = self.gallery.changes
        mark = self._mark()
        for copy in self.gallery.copies():
            if copy.fed and not copy.silent and not copy.busy and not copy.gone:
                facts = {"do": "hold", "life": copy.life, "buckets": [], "mark": mark}
                try:
                    copy.ask(Message(facts), _SAY_SECONDS)
                except NoAnswerError as error:
                    copy.silent = True
                    self._trouble(copy, str(error))
        self._marked, self._look = changes, time.monotonic() + _LOOK_SECONDS

    def _move(self) -> None:
        """Ask the new shards once they hold what they should, and have the former ones let go of it."""
        gallery, count = self.gallery, self._target
        if not count:
            return
        with gallery.changing, gallery.lock:
            if not all(any(c.can_search(held_by(n, count)) for c in gallery.shards[n]) for n in range(count)):
                return
            gallery.places = placed(count)
            for number, copies in enumerate(gallery.shards):
                own = held_by(number, count) if number < count else frozenset[int]()
                for copy in copies:
                    copy.wanted, copy.held = own, copy.held & own
            self._target, self._leave = 0, time.monotonic() + _GRACE_SECONDS
        _LOG.info("gallery moved", extra={"shards": count})

    def let_go(self, seconds: float) -> bool:
        """Have copies drop the buckets that moved away from them, but those that were searched so lately.

        Returns:
            Whether nothing is left of them.
        """
        left = False
        for copy in self.gallery.copies():
            if copy.fed:
                gone = sorted(frozenset(range(BUCKETS)) - copy.wanted)
                try:
                    message = Message({"do": "drop_buckets", "buckets": gone, "seconds": seconds})
                    left |= not copy.ask(message, _WORK_SECONDS).facts["all"]
                except NoAnswerError as error:
                    self._trouble(copy, str(error))
                    left = True
        return not left

    def end_shards(self) -> bool:
        """End the copies of shards that there are to be no longer, once they hold nothing, for any server.

        Returns:
            Whether there are none of them any more.
        """
        count = self._count
        for copy in (copy for copies in self.gallery.shards[count:] for copy in copies if not copy.gone):
            try:
                state = copy.ask(Message({"do": "state"}), _SAY_SECONDS).facts
            except NoAnswerError as error:
                self._trouble(copy, str(error))
                return False
            if self._target or copy.busy or state["held"] or state["templates"]:
                return False
        with self.gallery.changing, self.gallery.lock:
            gone = self.gallery.close_shards(count)
        for copy in gone:
            copy.end_process()
            _LOG.info("a copy of a shard that there is no longer has ended", extra={"copy": copy.name})
        return True

    def save(self) -> int:
        """Have every shard put away by one copy; return how many could not be."""
        failed = 0
        for copies in self.gallery.shards:
            able = [copy for copy in copies if copy.fed and not copy.silent]
            try:
                saved = bool(able) and bool(able[0].ask(Message({"do": "save"}), _LOAD_SECONDS).facts["saved"])
            except NoAnswerError as error:
                self._trouble(able[0], str(error))
                saved = False
            failed += not saved
        return failed

    def _keep(self) -> None:
        due = time.monotonic() + self._snapshot_seconds
        while not self._stop.wait(_TICK_SECONDS):
            try:
                agreed = self._agreed_shards(self._count)
                if agreed is not None and agreed != self._count:
                    self.resize(agreed)
                self.tick()
                if time.monotonic() >= due and self._saved != self.gallery.changes:
                    changes = self.gallery.changes
                    if not self.save():
                        self._saved = changes
                    due = time.monotonic() + self._snapshot_seconds
            except (DomainError, StoredDataError) as error:
                _LOG.warning("shards are not kept", extra={"cause": type(error).__name__})


def _batches(templates: Iterable[StoredTemplate], size: int) -> Iterator[list[StoredTemplate]]:
    iterator = iter(templates)
    while batch := list(islice(iterator, size)):
        yield batch
