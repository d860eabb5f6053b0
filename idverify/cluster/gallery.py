"""The gallery port over shards: changes go to all copies of one shard, a search to one copy of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import RLock
from typing import Any

import numpy as np

from idverify.cluster.asking import Asked, Shard, ask_all
from idverify.cluster.buckets import BUCKETS, bucket_of, held_by, placed
from idverify.cluster.copies import Copy, NoAnswerError, Replica, ended
from idverify.cluster.directory import Directory
from idverify.cluster.messages import Message, ShardKeys, ids_part, templates_message
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, Likeness, StoredTemplate
from idverify.matching.latency import Latency
from idverify.matching.parts import part_of_gallery, sent
from idverify.ports import Among, Deadline, GalleryFigures, Hit, Prepared, SearchResult

LONGEST_SEARCH_SECONDS = 5.0
"""That a shard may take, however long the call still has."""

SHARE_OF_DEADLINE = 0.7
"""Of what a call still has, for its searches: the rest is for what follows."""

CHANGE_SECONDS = 2.0
"""That a copy may take to confirm a change; the transaction waits for it."""

Opened = Callable[[int], Sequence[Replica]]


class ShardedGallery:
    """Implements :class:`idverify.ports.Gallery`.

    Args:
        opened: returns the copies of a shard, by its number.
        shards: how many there are.
        keys: of the secret that it shares with them.
    """

    def __init__(self, opened: Opened, shards: int, keys: ShardKeys) -> None:
        self._opened = opened
        self._key = keys.wire
        self._index = part_of_gallery(1, 1, keys.codes)  # nobody is in it: it describes probes as the shards would
        self._codes: dict[int, int] = {}  # that each shard had when it last answered
        self.changing = RLock()
        """Held while templates come and go, which waits for copies."""
        self.lock = RLock()
        """Held for moments, and by who looks at the directory."""
        self.directory = Directory()
        """Everything that should be findable."""
        self.places = placed(shards)
        """For each bucket the shard that is asked for it."""
        self.shards: list[list[Copy]] = []
        self.changes = 0
        self._latency = Latency()
        self.open_shards(shards)

    def open_shards(self, count: int) -> None:
        """Have the copies of so many shards, new ones empty, and each wanted to hold what it has with so many."""
        while len(self.shards) < count:
            number = len(self.shards)
            self.shards.append([Copy(replica, self._key, frozenset()) for replica in self._opened(number)])
        for number, copies in enumerate(self.shards[:count]):
            for copy in copies:
                copy.wanted |= held_by(number, count)

    def close_shards(self, count: int) -> list[Copy]:
        """Forget all shards but the first so many, of which nobody is asked for any bucket; return their copies."""
        gone = [copy for copies in self.shards[count:] for copy in copies]
        for number in range(count, len(self.shards)):
            self._codes.pop(number, None)
        del self.shards[count:]
        return gone

    def copies(self) -> list[Copy]:
        """Return all copies of all shards."""
        return [copy for copies in self.shards for copy in copies]

    # --- the port ----------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.directory)

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        """Make templates findable, in every copy that is believed; one that does not confirm is no longer.

        Raises:
            DomainError: GALLERY_FULL if a shard has no room for them: then undo it.
        """
        if not templates:
            return
        with self.changing:
            with self.lock:
                self.directory.add((t.template_id, bucket_of(t.subject_id)) for t in templates)
            own = {copy: [t for t in templates if bucket_of(t.subject_id) in copy.wanted] for copy in self._fed()}
            refused = self._tell({copy: templates_message("add", some) for copy, some in own.items() if some})
            self.changes += len(templates)
        if "OVER_BUDGET" in refused:
            raise DomainError(
                Reason.GALLERY_FULL, "a shard of the gallery has no memory left; tell the operator to add shards"
            )

    def remove(self, template_ids: Sequence[int]) -> None:
        """Make templates unfindable, in every copy that is believed; one that does not confirm is no longer."""
        if not len(template_ids):
            return
        with self.changing:
            with self.lock:
                buckets = {bucket for i in template_ids if (bucket := self.directory.bucket(int(i))) is not None}
                self.directory.discard(int(i) for i in template_ids)
            message = Message({"do": "remove"}, [ids_part(np.asarray(template_ids, np.int64))])
            self._tell({copy: message for copy in self._fed() if buckets & copy.wanted})
            self.changes += len(template_ids)

    def search(
        self,
        probe: Prepared,
        *,
        position: FingerPosition | None,
        limit: int,
        deadline: Deadline,
        exclude: str | None = None,
        among: Among | None = None,
    ) -> SearchResult:
        """Find the most alike subjects; see :meth:`idverify.ports.Gallery.search`."""
        deadline.check()
        began = time.monotonic()
        with self.lock:
            shards = self._asked_for()
        template, aim = sent(self._index.aimed(probe, self._codes_of(shards)))
        parts = [template, *([] if among is None else [ids_part(among.template_ids)]), *aim]
        seconds = min(LONGEST_SEARCH_SECONDS, SHARE_OF_DEADLINE * deadline.seconds_left())
        facts: dict[str, Any] = {
            "do": "search",
            "position": None if position is None else int(position),
            "limit": limit,
            "exclude": exclude,
            "listed": None if among is None else among.listed,
            "seconds": seconds,
            "aim": len(aim),
        }
        messages = [Message({**facts, "buckets": sorted(shard.buckets)}, parts) for shard in shards]
        asked = ask_all(shards, messages, seconds, deadline)
        with self.lock:
            share = self._concluded(shards, asked, among)
        self._latency.note(time.monotonic() - began)
        told = [each.told.facts for each in asked if each.told is not None]
        return SearchResult(_merged(told, limit), sum(int(facts["searched"]) for facts in told), share)

    def figures(self) -> GalleryFigures:
        """Return how many templates there are, and how quick searches are; what they take is the shards' matter."""
        return GalleryFigures(len(self.directory), 0, len(self.shards), self._latency.histogram())

    # --- beneath it --------------------------------------------------------------------------------------------------

    def _fed(self) -> list[Copy]:
        return [copy for copy in self.copies() if copy.fed]

    def _tell(self, messages: dict[Copy, Message]) -> set[str]:
        """Tell copies of a change, all at once; doubt who does not confirm it; return what was refused for a reason."""
        pending = {copy: copy.begin(message) for copy, message in messages.items()}
        end = time.monotonic() + CHANGE_SECONDS
        refused = set()
        for copy, each in pending.items():
            try:
                told = ended(copy, each, max(0.0, end - time.monotonic()))
            except NoAnswerError as error:
                if str(error) == "OVER_BUDGET":  # it has nothing of it, and stays what it was once that is undone
                    refused.add(str(error))
                    copy.trouble = str(error)
                    continue
                copy.doubt()
            else:
                if told.facts["life"] != copy.life:
                    copy.doubt()
        return refused

    def _asked_for(self) -> list[Shard]:
        buckets: dict[int, set[int]] = {}
        for bucket, place in enumerate(self.places):
            buckets.setdefault(place, set()).add(bucket)
        return [Shard(place, frozenset(own), self.shards[place]) for place, own in sorted(buckets.items())]

    def _codes_of(self, shards: Sequence[Shard]) -> int:
        """Return how many codes some shards have together; 0: not all of them have said it yet."""
        known = [self._codes.get(shard.number) for shard in shards]
        return sum(codes for codes in known if codes is not None) if None not in known else 0

    def _concluded(self, shards: Sequence[Shard], asked: Sequence[Asked], among: Among | None) -> float:
        """Note who did not answer as who, and what the others said; return what share was searched."""
        for shard, each in zip(shards, asked, strict=True):
            if each.told is not None and "codes" in each.told.facts:
                self._codes[shard.number] = int(each.told.facts["codes"])
            for copy in each.doubted:
                copy.doubt()
            for copy in each.silent:
                copy.silent = True
        silent = [shard.buckets for shard, each in zip(shards, asked, strict=True) if each.told is None]
        if not silent:
            return 1.0
        missed = self._count(frozenset().union(*silent), among)
        whole = self._count(frozenset(range(BUCKETS)), among)
        return 1.0 - missed / whole if missed else 1.0

    def _count(self, buckets: frozenset[int], among: Among | None) -> int:
        if among is None:
            return self.directory.count(buckets)
        ids = self.directory.within(buckets)
        return int(np.count_nonzero(np.isin(ids, among.template_ids, invert=not among.listed)))


def _merged(told: Sequence[Any], limit: int) -> tuple[Hit, ...]:
    """Return the best hits of all shards, one per subject: likenesses are calibrated, and so of one kind."""
    best: dict[str, Hit] = {}
    for subject, position, fmr, score, paired in (hit for facts in told for hit in facts["hits"]):
        known = best.get(subject)
        if known is None or fmr < known.likeness.fmr:
            best[subject] = Hit(subject, FingerPosition(position), Likeness(fmr, score, paired))
    return tuple(sorted(best.values(), key=lambda hit: (hit.likeness.fmr, hit.subject_id))[:limit])
