"""A gallery that is one of several parts, and probes on their way to it."""

from __future__ import annotations

from collections.abc import Iterator

from idverify.domain.errors import DomainError, Reason
from idverify.matching.assembly import keep_algebra_to_one_thread
from idverify.matching.biometrics import prepared_template
from idverify.matching.gallery import MatcherGallery
from idverify.matching.picture import SegmentPicture
from idverify.ports import Prepared
from matcher import machine_code
from matcher.comparison.calibration import default_calibration
from matcher.comparison.prepared import prepare
from matcher.errors import TemplateInvalidError
from matcher.templates import compact


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


def sent(probe: Prepared) -> bytes:
    """Return a probe as bytes: some hundred of them, and not what it is searched with."""
    return compact.encode(prepared_template(probe).template)


def received(probe: bytes) -> Prepared:
    """Make a probe ready again. Raises DomainError SAMPLE_INVALID if it is none."""
    try:
        return Prepared(prepare(compact.decode(probe)))
    except TemplateInvalidError:
        raise DomainError(Reason.SAMPLE_INVALID, "a probe does not decode") from None


def people_of(segment: SegmentPicture) -> Iterator[tuple[int, str]]:
    """Yield the template ids that are present in a segment, each with the person it is of."""
    names = segment.arrays["impressions.names"].tobytes()
    ends = segment.arrays["impressions.name_ends"].tolist()
    begin = 0
    for i, end, present in zip(segment.arrays["impressions.entry_ids"].tolist(), ends, segment.present, strict=True):
        if present:
            yield i, names[begin:end].decode()
        begin = end
