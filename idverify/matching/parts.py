"""A gallery that is one of several parts, and probes on their way to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from idverify.domain.errors import DomainError, Reason
from idverify.matching.assembly import keep_algebra_to_one_thread
from idverify.matching.gallery import MatcherGallery, searched_probe
from idverify.matching.picture import SegmentPicture
from idverify.ports import Prepared
from matcher import machine_code
from matcher.comparison.calibration import default_calibration
from matcher.comparison.prepared import prepare
from matcher.errors import TemplateInvalidError
from matcher.search.codes import CODE_BITS, IndexFeatures
from matcher.search.retrieval import Aim, AimedProbe
from matcher.templates import compact

_LIST = "<i2"
"""A list's number on its way: there are 16 384 of them. Ray carries what is under 100 kB with the call itself."""


def part_of_gallery(parts: int, threads: int, key: bytes) -> MatcherGallery:
    """Return an empty gallery that is one of so many.

    Args:
        parts: how many of them are searched together.
        threads: that one search of it computes with.
        key: 32 bytes, for its codes; see :meth:`MatcherGallery.turn`.
    """
    machine_code.as_numba_does()
    keep_algebra_to_one_thread()
    gallery = MatcherGallery(default_calibration(), threads, parts=parts)
    gallery.turn(key)
    return gallery


def sent(probe: Prepared) -> tuple[bytes, Sequence[bytes]]:
    """Return a probe as bytes: its template, and its aim if it has one; not what it is compared with.

    A template takes some hundred bytes, an aim a kilobyte for each minutia where 512 lists are looked through.
    """
    opened = searched_probe(probe)
    if not isinstance(opened, AimedProbe):
        return compact.encode(opened.template), ()
    aim, features = opened.aim, opened.aim.features
    lists = np.empty(0) if aim.lists is None else aim.lists
    columns = (features.codes.astype("<u8"), features.minutia.astype("<u2"), lists.astype(_LIST))
    return compact.encode(opened.prepared.template), (aim.index_id.encode(), *(each.tobytes() for each in columns))


def received(probe: bytes, aim: Sequence[bytes] = ()) -> Prepared:
    """Make a probe ready again. Raises DomainError SAMPLE_INVALID if it is none."""
    try:
        template = compact.decode(probe)
        prepared = prepare(template)
    except TemplateInvalidError:
        raise DomainError(Reason.SAMPLE_INVALID, "a probe does not decode") from None
    if not aim or len(prepared.template) < len(template):  # rounded on its way, a minutia may repeat another
        return Prepared(prepared)
    index_id, codes, minutia, lists = aim
    n = len(minutia) // 2
    features = IndexFeatures(
        np.frombuffer(codes, "<u8").astype(np.uint64).reshape(n, CODE_BITS // 64),
        np.zeros(n, np.int32),
        np.frombuffer(minutia, "<u2").astype(np.uint16),
    )
    listed = np.frombuffer(lists, _LIST).astype(np.int32).reshape(n, -1) if lists else None
    return Prepared(AimedProbe(prepared, Aim(index_id.decode(), features, listed)))


def people_of(segment: SegmentPicture) -> Iterator[tuple[int, str]]:
    """Yield the template ids that are present in a segment, each with the person it is of."""
    names = segment.arrays["impressions.names"].tobytes()
    ends = segment.arrays["impressions.name_ends"].tolist()
    begin = 0
    for i, end, present in zip(segment.arrays["impressions.entry_ids"].tolist(), ends, segment.present, strict=True):
        if present:
            yield i, names[begin:end].decode()
        begin = end
