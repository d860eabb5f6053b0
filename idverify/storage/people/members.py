"""Whom searches look at, kept between them: the templates of a gallery, and those of all references.

The database has the last word. Of a gallery that was searched its members are kept; what a committed transaction
touched is read again by the next search, and nothing else. So what is taken back was never in it, and a search costs
what has changed, not what is enrolled.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, distinct, func, select

from idverify.ports.gallery import Among
from idverify.storage.tables import reference_encounters, reference_galleries, subjects, templates

_IN = reference_galleries.c
_MOST_GALLERIES = 32
"""Kept, those that were searched last: some ten megabytes for 100,000 encounters."""

_MOST_COMMITS = 1024
"""Remembered, for views that began before them."""

_MOST_BEHIND = 10_000
"""Encounters to be read again, from which on a gallery is read anew instead."""

_BATCH = 500

Touched = Sequence[tuple[str, tuple[Any, ...]]]
"""Rows that came or went, by their table and place (:data:`idverify.storage.trail.tally.PLACES`)."""


@dataclass(slots=True)
class _Gallery:
    """Members of one gallery.

    Attributes:
        template_ids: int64, ascending, of active encounters.
        encounters: whose each is, and its templates.
        people: how many encounters each has.
        behind: encounters to be read again, each with the last commit that touched it.
    """

    template_ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    encounters: dict[str, tuple[str, list[int]]] = field(default_factory=dict)
    people: Counter[str] = field(default_factory=Counter)
    behind: dict[str, int] = field(default_factory=dict)

    def replace(self, gone: Iterable[str], found: dict[str, tuple[str, list[int]]]) -> None:
        """Put what was found in the place of some encounters."""
        before = [former for each in gone if (former := self.encounters.pop(each, None)) is not None]
        removed = np.array([template_id for _, ids in before for template_id in ids], np.int64)
        added = np.sort(np.array([template_id for _, ids in found.values() for template_id in ids], np.int64))
        kept = self.template_ids
        if removed.size:
            kept = np.delete(kept, np.searchsorted(kept, removed))
        self.template_ids = np.insert(kept, np.searchsorted(kept, added), added) if added.size else kept
        self.people.subtract(subject_id for subject_id, _ in before)
        self.people.update(subject_id for subject_id, _ in found.values())
        for subject_id, _ in before:
            if not self.people[subject_id]:
                del self.people[subject_id]
        self.encounters.update(found)


class Members:
    """Members of galleries, and who are citizens. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._galleries: OrderedDict[bytes, _Gallery] = OrderedDict()
        self._commits: deque[tuple[int, frozenset[str]]] = deque(maxlen=_MOST_COMMITS)
        self._newest = 0
        self._newest_of_references = 0
        self._people: int | None = None
        self._theirs = np.zeros(0, np.int64)
        self._read_up_to = 0

    @property
    def newest(self) -> int:
        """Number of the last commit that was noted: a view that begins now sees it, and all before."""
        return self._newest

    def note(self, touched: Touched) -> None:
        """Note what a transaction touched, once it is committed and before anybody is told so."""
        entered = frozenset(place[1] for table, place in touched if table == "reference_galleries")
        renewed = frozenset(place[2] for table, place in touched if table == "templates")
        if not entered and not renewed:
            return
        with self._lock:
            self._newest += 1
            self._commits.append((self._newest, entered | renewed))
            if entered:
                self._newest_of_references, self._people = self._newest, None
            for digest, gallery in list(self._galleries.items()):
                # Those of citizens are no concern of any gallery.
                known = {each for each in renewed if each in gallery.encounters or each in gallery.behind}
                gallery.behind.update(dict.fromkeys(entered | known, self._newest))
                if len(gallery.behind) > _MOST_BEHIND:
                    del self._galleries[digest]

    def forget(self) -> None:
        """Keep nothing: it is not known any more what was touched."""
        with self._lock:
            self._newest += 1
            self._newest_of_references, self._people = self._newest, None
            self._galleries.clear()
            self._theirs, self._read_up_to = np.zeros(0, np.int64), 0

    def of_gallery(self, connection: Connection, seen: int, digest: bytes) -> Among:
        """Return what a search of a gallery looks at.

        Args:
            connection: of a view.
            seen: the last commit that was noted when the view began.
            digest: the gallery's hash.
        """
        with self._lock:
            gallery = self._galleries.get(digest)
            if gallery is None:
                gallery = self._first(connection, seen, digest)
            else:
                self._galleries.move_to_end(digest)
                if gallery.behind:
                    again = list(gallery.behind)
                    gallery.replace(again, _read(connection, digest, again))
                    # What was touched after this view began is read again by the next, too.
                    gallery.behind = {entry: commit for entry, commit in gallery.behind.items() if commit > seen}
            return Among(gallery.template_ids, len(gallery.people))

    def of_citizens(self, connection: Connection, seen: int) -> Among | None:
        """Return what a search for citizens looks at: all but references; None: there are none, so all.

        Ids are given in the order of commits and never twice, so that those read once stay; that of a template which is
        gone is in no gallery.
        """
        with self._lock:
            people = self._reference_people(connection, seen)
            if not people:
                return None
            newest = int(connection.execute(select(func.max(templates.c.template_id))).scalar_one() or 0)
            if newest > self._read_up_to:
                self._theirs = np.concatenate([self._theirs, _of_references(connection, self._read_up_to, newest)])
                self._read_up_to = newest
            everybody = int(connection.execute(select(func.count()).select_from(subjects)).scalar_one())
            return Among(self._theirs, everybody - people, listed=False)

    def _first(self, connection: Connection, seen: int, digest: bytes) -> _Gallery:
        gallery = _Gallery()
        gallery.replace((), _read(connection, digest))
        later = [(commit, entries) for commit, entries in self._commits if commit > seen]
        if len(later) < self._newest - seen:
            return gallery  # so old a view that it is not known what came after it
        for commit, entries in later:
            gallery.behind.update(dict.fromkeys(entries, commit))
        self._galleries[digest] = gallery
        if len(self._galleries) > _MOST_GALLERIES:
            self._galleries.popitem(last=False)
        return gallery

    def _reference_people(self, connection: Connection, seen: int) -> int:
        if self._people is not None:
            return self._people
        query = select(func.count(distinct(reference_encounters.c.subject_id)))
        people = int(connection.execute(query).scalar_one())
        if seen >= self._newest_of_references:
            self._people = people
        return people


def _read(
    connection: Connection, digest: bytes, entries: Sequence[str] | None = None
) -> dict[str, tuple[str, list[int]]]:
    """Return active encounters of a gallery, whose each is, and its templates; of some, or all (None)."""
    query = (
        select(_IN.encounter_id, _IN.subject_id, templates.c.template_id)
        .outerjoin(templates, templates.c.encounter_id == _IN.encounter_id)
        .where(_IN.gallery_hash == digest, _IN.searched == 1)
    )
    parts = [query]
    if entries is not None:
        batches = [entries[first : first + _BATCH] for first in range(0, len(entries), _BATCH)]
        parts = [query.where(_IN.encounter_id.in_(batch)) for batch in batches]
    found: dict[str, tuple[str, list[int]]] = {}
    for part in parts:
        for encounter_id, subject_id, template_id in connection.execute(part):
            _, ids = found.setdefault(encounter_id, (subject_id, []))
            if template_id is not None:
                ids.append(template_id)
    return found


def _of_references(connection: Connection, after: int, newest: int) -> NDArray[np.int64]:
    """Return the templates of references with numbers above ``after`` and up to ``newest``, ascending."""
    query = (
        select(templates.c.template_id)
        .join(reference_encounters, reference_encounters.c.encounter_id == templates.c.encounter_id)
        .where(templates.c.template_id > after, templates.c.template_id <= newest)
        .order_by(templates.c.template_id)
    )
    return np.fromiter(connection.execute(query).scalars(), np.int64)
