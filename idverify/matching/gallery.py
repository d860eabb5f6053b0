"""The gallery port on the matcher library."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from idverify.domain.model import FingerPosition, StoredTemplate
from idverify.matching.biometrics import BEYOND_DOUBT_LEVEL, decoded, likeness_of, prepared_template
from idverify.matching.latency import Latency
from idverify.matching.picture import GalleryPicture, SegmentPicture
from idverify.matching.ready_prints import ReadyPrints
from idverify.ports import Among, Deadline, GalleryFigures, Hit, Prepared, SearchResult
from matcher.comparison.calibration import Calibration
from matcher.comparison.fusion import combine_impressions
from matcher.comparison.prepared import PreparedTemplate
from matcher.search.codes import CodeBook, default_codebook
from matcher.search.gallery import Gallery
from matcher.search.hits import GalleryHit
from matcher.search.impressions import Selection
from matcher.search.lists import CoarseQuantiser, ListCentres, default_centres
from matcher.search.params import GalleryParams, part_of
from matcher.search.retrieval import AimedProbe
from matcher.search.segment import Segment, from_arrays


@dataclass(frozen=True, slots=True)
class _Index:
    """What codes are made with, and the lists for them."""

    codes: CodeBook
    centres: ListCentres

    @classmethod
    def plain(cls) -> _Index:
        """Return the one of the package."""
        codes = default_codebook()
        return cls(codes, default_centres(codes.id))

    def turned(self, key: bytes) -> _Index:
        """Return that of a secret."""
        codes = self.codes.turned(key)
        return _Index(codes, self.centres.turned(key, codes.id))

    def gallery(self, params: GalleryParams, segments: Sequence[Segment] = ()) -> Gallery:
        """Return a gallery with it."""
        return Gallery(self.codes, CoarseQuantiser(self.centres), params, segments)


class MatcherGallery:
    """Implements :class:`idverify.ports.Gallery`, and what :class:`idverify.matching.keeper.GalleryKeeper` needs.

    Args:
        calibration: from raw scores to false match rates.
        threads: that one search computes with.
        parts: how many galleries are searched together, of which this is one: it then does its part of the work
            that one search of all would be.
        ready: what the biometrics keep ready of what is stored.
    """

    def __init__(
        self, calibration: Calibration, threads: int = 1, ready: ReadyPrints | None = None, *, parts: int = 1
    ) -> None:
        self._ready = ReadyPrints() if ready is None else ready
        self._params = GalleryParams(part_of(GalleryParams().retrieval, parts), threads)
        self._plain = self._own = _Index.plain()
        self._gallery = self._own.gallery(self._params)
        self._calibration = calibration
        self._beyond_doubt = calibration.raw_at(BEYOND_DOUBT_LEVEL)
        self._latency = Latency()
        self._changes = 0
        self._counting = Lock()

    def __len__(self) -> int:
        return len(self._gallery)

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        """Make templates findable. Raises StoredDataError if one does not decode; then none is added."""
        self._gallery.add(
            [t.template_id for t in templates],
            [decoded(t.template) for t in templates],
            [t.subject_id for t in templates],
            [int(t.position) for t in templates],
        )
        self._changed(len(templates))

    def remove(self, template_ids: Sequence[int]) -> None:
        """Make templates unfindable, and keep nothing ready."""
        self._gallery.remove(template_ids)
        self._ready.forget()
        self._changed(len(template_ids))

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
        began = time.perf_counter()
        found = self._gallery.search(
            searched_probe(probe),
            limit=limit,
            position=position,
            exclude=exclude,
            only=None if among is None else Selection(among.template_ids, among.listed),
            beyond_doubt=self._beyond_doubt,
            checkpoint=deadline.check,
        )
        self._latency.note(time.perf_counter() - began)
        return SearchResult(tuple(self._hit(hit) for hit in found.hits), found.searched)

    def aimed(self, probe: Prepared, codes: int) -> Prepared:
        """Do once what a search of several galleries of this one's codes would do in each.

        Args:
            probe: who is looked for.
            codes: how many the galleries have together; 0: it is not known.
        """
        return Prepared(self._gallery.aimed(prepared_template(probe), codes))

    @property
    def codes(self) -> int:
        """How many codes it has: of each template some fifty."""
        return self._gallery.codes

    def figures(self) -> GalleryFigures:
        """Return how large it is and how quick its searches are."""
        return GalleryFigures(
            len(self._gallery), self._gallery.nbytes, self._gallery.segments, self._latency.histogram()
        )

    # --- what the keeper needs ---------------------------------------------------------------------------------------

    def turn(self, key: bytes) -> None:
        """Have codes that are comparable with those of the same secret alone; before anything is in it.

        Args:
            key: 32 random bytes.
        """
        self._own = self._plain.turned(key)
        self._gallery = self._own.gallery(self._params)

    @property
    def index_id(self) -> str:
        """Name of what makes segments now."""
        return self._gallery.index_id

    @property
    def index_ids(self) -> Sequence[str]:
        """Names of what can be taken over: also of a gallery that was made before codes were turned."""
        return self._own.centres.id, self._plain.centres.id

    @property
    def changes(self) -> int:
        """How many templates were added or removed since it was made."""
        return self._changes

    def entry_ids(self) -> NDArray[np.int64]:
        """Return the ids of all templates that can be found, ascending."""
        return self._gallery.entry_ids()

    def merge(self) -> bool:
        """Do one piece of the work that keeps searches quick; False if there was none to do."""
        self._ready.forget_old()
        return self._gallery.merge()

    def erase(self) -> None:
        """Leave nothing of what was removed."""
        self._gallery.erase()
        self._ready.forget()

    def freeze(self) -> list[SegmentPicture]:
        """Return what can be found at this moment."""
        return [SegmentPicture(f.segment.name, f.segment.arrays(), f.present) for f in self._gallery.freeze()]

    def restore(self, picture: GalleryPicture) -> None:
        """Take over what another gallery froze, and go on with its codes; before anybody searches.

        Raises:
            KeyError, ValueError: these are no segments of such a gallery.
        """
        thawed = [from_arrays(segment.name, segment.arrays, segment.present) for segment in picture.segments]
        index = self._own if picture.index_id == self._own.centres.id else self._plain
        self._gallery = index.gallery(self._params, thawed)

    def _changed(self, count: int) -> None:
        with self._counting:
            self._changes += count

    def _hit(self, hit: GalleryHit) -> Hit:
        # An impression outside the short list had its chance to match too, in the votes.
        verified = [self._calibration.fmr(comparison) for comparison in hit.comparisons]
        fmr = combine_impressions(verified + [1.0] * (hit.impressions - len(verified)))
        return Hit(hit.group, FingerPosition(hit.label), likeness_of(fmr, len(hit.comparison.pairs)))


def searched_probe(probe: Prepared) -> PreparedTemplate | AimedProbe:
    """Open a probe that may be aimed."""
    return probe if isinstance(probe, AimedProbe) else prepared_template(probe)
