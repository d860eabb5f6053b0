"""One shard: a gallery of some buckets, and what may be asked of it. It knows no database, and not what carries it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from threading import RLock
from typing import Any, Protocol

import numpy as np

from idverify.cluster.buckets import BUCKETS, bucket_of
from idverify.cluster.directory import Directory, Ids
from idverify.cluster.messages import (
    Message,
    ShardKeys,
    answer,
    digest_of,
    ids_of,
    ids_part,
    opened_question,
    templates_of,
)
from idverify.cluster.turns import Turns
from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import FingerPosition, TrailHead
from idverify.matching.gallery import MatcherGallery
from idverify.matching.parts import part_of_gallery, people_of, received
from idverify.matching.picture import GalleryPicture, SegmentPicture
from idverify.ports import Among

BYTES_A_TEMPLATE = 2000
"""What one takes in memory, at least as much as it does: the budget is kept before it is added."""

_LOOKS = {"state", "ids", "newer", "search"}
"""What changes nothing, and may be asked as often as anybody likes."""


class ShardRefusal(Exception):  # noqa: N818 - it is answered, and no error of the shard's
    """The shard does not do what it was asked for; the text is one of its words."""


class PutAway(Protocol):
    """Where a snapshot of one shard is kept."""

    @property
    def url(self) -> str:
        """Of the folder of all shards."""

    def save(self, picture: GalleryPicture, key: bytes) -> None:
        """Keep one in the place of the former. Raises OSError."""

    def load(self, key: bytes, index_ids: Sequence[str]) -> GalleryPicture | None:
        """Return it; None if there is none that can be used. Raises OSError."""


class GalleryShard:
    """Answers questions. Any thread.

    Its *life* is a name that it gives itself when it is made, and anew when anything is taken out of it that was not
    removed from the gallery: whoever knew what was in it, no longer does. Whole buckets may go from it in the same
    life: it says then that it does not hold them. Each change is taken once (:mod:`idverify.cluster.turns`).

    Args:
        secret: 32 bytes that it shares with the service.
        parts: how many shards there are.
        threads: that one search computes with.
        budget: bytes of memory that its gallery may take.
        put_away: where snapshots of it are; None: nowhere.
    """

    def __init__(self, secret: bytes, parts: int, threads: int, budget: int, put_away: PutAway | None = None) -> None:
        self._keys = ShardKeys.of(secret)
        self._make = partial(part_of_gallery, parts, threads, self._keys.codes)
        self._budget = budget
        self._put_away = put_away
        self._changing = RLock()
        self._turns = Turns()
        self._does: Mapping[str, Callable[[Message], Message]] = {
            "state": self._state,
            "ids": self._list,
            "add": self._add,
            "remove": self._remove,
            "newer": self._newer,
            "drop": self._drop,
            "drop_buckets": self._drop_buckets,
            "clear": self._clear,
            "hold": self._hold,
            "search": self._search,
            "save": self._save,
            "load": self._load,
        }
        self._begin(self._make(), Directory(), None)

    def answer(self, sealed: bytes) -> bytes:
        """Answer a sealed question. Raises StoredDataError if it was not sealed by who has the secret."""
        asked = opened_question(self._keys.wire, sealed)
        facts = dict(asked.facts)
        number, do = str(facts.pop("number")), str(facts.pop("do"))
        try:
            told = self._told(do, Message(facts, asked.parts))
        except ShardRefusal as refusal:
            told = Message({"refused": str(refusal)})
        except DomainError as error:
            told = Message({"refused": error.reason.code})
        except (StoredDataError, OSError) as error:
            told = Message({"refused": type(error).__name__})
        return answer(self._keys.wire, told, number)

    def _told(self, do: str, asked: Message) -> Message:
        with self._changing:
            if do not in _LOOKS and not self._turns.take(asked.facts):
                raise ShardRefusal("TAKEN_BEFORE")
        return self._does[do](asked)

    def tidy(self) -> None:
        """Do what keeps searches quick; may take seconds."""
        while self._gallery.merge():
            pass

    # --- what it is --------------------------------------------------------------------------------------------------

    def _begin(self, gallery: MatcherGallery, directory: Directory, mark: Mapping[str, Any] | None) -> None:
        self._gallery, self._directory, self._mark = gallery, directory, mark
        self._held: frozenset[int] = frozenset()
        self._digests: dict[int, bytes] = {}  # of what is newer than the mark
        self._drops = 0  # how often buckets went from it
        self._asked: dict[frozenset[int], float] = {}  # which were last searched when
        self._life = os.urandom(8).hex()

    def _state(self, _: Message) -> Message:
        with self._changing:
            figures = self._gallery.figures()
            return Message({
                "life": self._life,
                "start": self._turns.start,
                "mark": self._mark,
                "held": sorted(self._held),
                "templates": len(self._directory),
                "bytes": figures.bytes,
                "segments": figures.segments,
                "budget": self._budget,
                "away": "" if self._put_away is None else self._put_away.url,
            })  # fmt: skip

    def _list(self, _: Message) -> Message:
        with self._changing:
            facts = {"life": self._life, "drops": self._drops}
            return Message(facts, [ids_part(self._directory.arrays()[0])])

    def _newer(self, _: Message) -> Message:
        """Tell what is newer than the mark: whether it was ever committed is not known here."""
        with self._changing:
            ids = self._directory.arrays()[0]
            newer = ids[ids > (0 if self._mark is None else int(self._mark["newest"]))]
            digests = [self._digests.get(i, b"") for i in newer.tolist()]
            return Message({"life": self._life}, [ids_part(newer), *digests])

    # --- what changes it ---------------------------------------------------------------------------------------------

    def _add(self, asked: Message) -> Message:
        templates = templates_of(asked)
        with self._changing:
            if self._gallery.figures().bytes + BYTES_A_TEMPLATE * len(templates) > self._budget:
                raise ShardRefusal("OVER_BUDGET")
            self._gallery.add(templates)
            self._directory.add((t.template_id, bucket_of(t.subject_id)) for t in templates)
            if self._mark is not None:  # what has none is no history that anybody goes on with
                newest = int(self._mark["newest"])
                self._digests |= {t.template_id: digest_of(t) for t in templates if t.template_id > newest}
            return Message({"life": self._life})

    def _remove(self, asked: Message) -> Message:
        with self._changing:
            self._take_out(ids_of(asked.parts[0]))
            return Message({"life": self._life})

    def _drop(self, asked: Message) -> Message:
        """Take out what was not removed from the gallery: other servers may take it to be here."""
        with self._changing:
            ids = ids_of(asked.parts[0])
            if np.isin(ids, self._directory.arrays()[0]).any():
                self._take_out(ids)
                self._life = os.urandom(8).hex()
            return Message({"life": self._life})

    def _drop_buckets(self, asked: Message) -> Message:
        """Let go of buckets, but of those that somebody searched so many seconds ago or less."""
        with self._changing:
            since = time.monotonic() - float(asked.facts["seconds"])
            self._asked = {buckets: at for buckets, at in self._asked.items() if at > since}
            gone = frozenset(asked.facts["buckets"])
            let_go = gone.difference(*self._asked)
            ids = self._directory.within(let_go)
            self._drops += bool(len(ids) or self._held & let_go)
            self._held -= let_go
            self._take_out(ids)
            return Message({"life": self._life, "all": not len(self._directory.within(gone))})

    def _clear(self, _: Message) -> Message:
        with self._changing:
            self._begin(self._make(), Directory(), None)
            return Message({"life": self._life})

    def _hold(self, asked: Message) -> Message:
        """Be told that all of some buckets is here, and up to which event of the trail."""
        with self._changing:
            buckets = frozenset(asked.facts["buckets"])
            if asked.facts["life"] != self._life or (buckets and asked.facts["drops"] != self._drops):
                raise ShardRefusal("ANOTHER_LIFE")
            self._held |= buckets
            self._mark = asked.facts["mark"]
            newest = int(asked.facts["mark"]["newest"])
            self._digests = {i: digest for i, digest in self._digests.items() if i > newest}
            return Message({"life": self._life})

    def _take_out(self, ids: Ids) -> None:
        self._gallery.remove(ids.tolist())
        self._directory.discard(ids.tolist())
        for i in ids.tolist():
            self._digests.pop(i, None)

    # --- searching ---------------------------------------------------------------------------------------------------

    def _search(self, asked: Message) -> Message:
        facts = asked.facts
        wanted = frozenset(facts["buckets"])
        with self._changing:
            gallery, life, held = self._gallery, self._life, self._held
            among = self._among(wanted, asked)
            if wanted <= held:
                self._asked[wanted] = time.monotonic()
        if not wanted <= held:
            raise ShardRefusal("NOT_HELD")
        position = None if facts["position"] is None else FingerPosition(facts["position"])
        found = gallery.search(
            received(asked.parts[0], asked.parts[len(asked.parts) - int(facts.get("aim", 0)) :]),
            position=position,
            limit=int(facts["limit"]),
            deadline=_Until(float(facts["seconds"])),
            exclude=facts["exclude"],
            among=among,
        )
        with self._changing:
            if (life, True) != (self._life, wanted <= self._held):
                raise ShardRefusal("ANOTHER_LIFE")
        hits = [
            (hit.subject_id, int(hit.position), hit.likeness.fmr, hit.likeness.score, hit.likeness.paired_minutiae)
            for hit in found.hits
        ]
        return Message({"life": life, "hits": hits, "searched": found.searched_fingers, "codes": gallery.codes})

    def _among(self, wanted: frozenset[int], asked: Message) -> Among | None:
        """Return whom to search: of the buckets that are asked for alone, where others are here too, on their way."""
        listed = asked.facts["listed"]  # None: all
        asked_ids = None if listed is None else ids_of(asked.parts[1])
        alone = self._directory.count(wanted) == len(self._directory)
        others = frozenset(range(BUCKETS)) - wanted
        strangers = np.empty(0, np.int64) if alone else self._directory.within(others)
        if asked_ids is None:
            return Among(strangers, 0, listed=False) if len(strangers) else None
        if listed:
            return Among(np.setdiff1d(asked_ids, strangers, assume_unique=True), 0)
        return Among(np.union1d(asked_ids, strangers), 0, listed=False)

    # --- snapshots ---------------------------------------------------------------------------------------------------

    def _save(self, _: Message) -> Message:
        """Put away what the mark is about: whatever is newer may never have been committed."""
        gallery = self._gallery
        gallery.erase()
        with self._changing:
            mark = self._mark
            if self._put_away is None or mark is None or gallery is not self._gallery:
                return Message({"saved": False})
            segments = [_up_to(segment, int(mark["newest"])) for segment in gallery.freeze()]
        watermark = TrailHead(int(mark["sequence"]), str(mark["hash"]))
        picture = GalleryPicture(gallery.index_id, watermark, datetime.now(UTC), segments)
        self._put_away.save(picture, self._keys.snapshots)
        return Message({"saved": True})

    def _load(self, _: Message) -> Message:
        """Become what was put away: an old state perhaps, as its mark says."""
        gallery, directory = self._make(), Directory()
        away = self._put_away
        picture = None if away is None else away.load(self._keys.snapshots, gallery.index_ids)
        if picture is None:
            return Message({"loaded": False})
        gallery.restore(picture)
        for segment in picture.segments:
            directory.add((i, bucket_of(subject)) for i, subject in people_of(segment))
        mark = {**asdict(picture.watermark), "newest": directory.newest}
        with self._changing:
            self._begin(gallery, directory, mark)
        return Message({"loaded": True})


def _up_to(segment: SegmentPicture, newest: int) -> SegmentPicture:
    old = segment.arrays["impressions.entry_ids"] <= newest
    return SegmentPicture(segment.name, segment.arrays, segment.present & old)


class _Until:
    """Implements the port ``Deadline``: so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def check(self) -> None:
        if time.monotonic() > self._end:
            raise DomainError(Reason.DEADLINE_EXCEEDED, "the time is up")

    def seconds_left(self) -> float:
        return max(0.0, self._end - time.monotonic())
