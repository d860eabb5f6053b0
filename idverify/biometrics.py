"""The biometrics and gallery ports on the matcher library: the only module here that imports it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain import model
from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import (
    Advice,
    Features,
    FingerPosition,
    ImageSample,
    Likeness,
    Quality,
    RecordSample,
    Sample,
    StoredTemplate,
)
from idverify.ports import Deadline, Hit, SearchResult
from matcher import images, types
from matcher.comparison import comparator_id, compare, prepare
from matcher.enrolled import GalleryHit
from matcher.errors import ExtractorUnavailableError, MatcherError, TemplateInvalidError
from matcher.formats import compact
from matcher.formats.iso19794_2 import read_record, template_to_record, view_to_template, write_record
from matcher.fusion import combine_fingers, combine_impressions
from matcher.gallery import Gallery
from matcher.quality import QUALITY_ALGORITHM, assess, assess_image
from matcher.quality import Quality as MatcherQuality
from matcher.scores import Calibration


@dataclass(frozen=True, slots=True)
class MatcherBiometrics:
    """Implements :class:`idverify.ports.Biometrics`."""

    extractor: types.Extractor
    calibration: Calibration

    @property
    def comparator_id(self) -> str:
        """Name of the comparator and hash of its parameters."""
        return comparator_id()

    @property
    def calibration_id(self) -> str:
        """Name and version of the calibration."""
        return self.calibration.id

    @property
    def fmr_extrapolated_below(self) -> float:
        """FMR under which the calibration extrapolates."""
        return self.calibration.extrapolated_below

    def extract(self, sample: Sample) -> Features:
        """Make a template; see :meth:`idverify.ports.Biometrics.extract`."""
        try:
            template, quality = self._template(sample)
        except ExtractorUnavailableError as error:
            raise DomainError(Reason.MATCHER_UNAVAILABLE, str(error)) from None
        except MatcherError as error:
            # The cause is cut off: decoders may quote bytes of the sample.
            raise DomainError(Reason[error.reason], str(error)) from None
        return Features(sample.position, compact.encode(template), quality, template.extractor)

    def to_iso_record(self, features: Features) -> bytes:
        """Write a template as a finger minutiae record."""
        position = types.FingerPosition(features.position or FingerPosition.UNKNOWN)
        record = template_to_record(compact.decode(features.template), position, finger_quality=features.quality.score)
        return write_record(record)

    def compare(self, probe: bytes, references: Sequence[bytes]) -> Likeness:
        """Compare a template with all impressions of one finger."""
        prepared = prepare(_decode(probe))
        comparisons = [compare(prepared, prepare(_decode(reference))) for reference in references]
        best = max(comparisons, key=lambda c: c.score)
        fmr = combine_impressions([self.calibration.fmr(c.score) for c in comparisons])
        return _likeness(fmr, len(best.pairs))

    def fuse(self, fingers: Sequence[Likeness]) -> Likeness:
        """Combine the likenesses of different fingers."""
        if len(fingers) == 1:
            return fingers[0]
        return _likeness(combine_fingers([f.fmr for f in fingers]), sum(f.paired_minutiae for f in fingers))

    def _template(self, sample: Sample) -> tuple[types.Template, Quality]:
        match sample.content:
            case RecordSample(data):
                record = read_record(data)
                if len(record.views) != 1:
                    raise DomainError(Reason.SAMPLE_INVALID, "the record must have exactly one finger view")
                template = view_to_template(record)
                return template, _quality(assess(template))
            case ImageSample() as content:
                image = _image(content)
                template = self.extractor.extract(image)
                return template, _quality(assess_image(image, template))


class MatcherGallery:
    """Implements :class:`idverify.ports.Gallery`."""

    def __init__(self, calibration: Calibration) -> None:
        self._gallery = Gallery()
        self._calibration = calibration

    def __len__(self) -> int:
        return len(self._gallery)

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        """Make templates findable. Raises StoredDataError if one does not decode; then none is added."""
        self._gallery.add(
            [t.template_id for t in templates],
            [_decode(t.template) for t in templates],
            [t.subject_id for t in templates],
            [int(t.position) for t in templates],
        )

    def remove(self, template_ids: Sequence[int]) -> None:
        """Make templates unfindable."""
        self._gallery.remove(template_ids)

    def search(
        self,
        probe: bytes,
        *,
        position: FingerPosition | None,
        limit: int,
        deadline: Deadline,
        exclude: str | None = None,
    ) -> SearchResult:
        """Find the most alike subjects; see :meth:`idverify.ports.Gallery.search`."""
        found = self._gallery.search(
            _decode(probe), limit=limit, position=position, exclude=exclude, checkpoint=deadline.check
        )
        return SearchResult(tuple(self._hit(hit) for hit in found.hits), found.searched)

    def _hit(self, hit: GalleryHit) -> Hit:
        # An impression outside the short list had its chance to match too, in the votes.
        verified = [self._calibration.fmr(score) for score in hit.scores]
        fmr = combine_impressions(verified + [1.0] * (hit.impressions - len(verified)))
        return Hit(hit.group, FingerPosition(hit.label), _likeness(fmr, len(hit.comparison.pairs)))


def _decode(template: bytes) -> types.Template:
    """Decode a stored template. Raises StoredDataError if it does not decode."""
    try:
        return compact.decode(template)
    except TemplateInvalidError:
        raise StoredDataError("a stored template does not decode") from None


def _image(content: ImageSample) -> types.Image:
    if content.format is not model.ImageFormat.RAW_GREY8:
        declared = images.ImageFormat(content.format.value) if content.format else None
        return images.decode_image(content.data, resolution_ppi=content.resolution_ppi, declared=declared)
    if not content.width or not content.height:
        raise DomainError(Reason.SAMPLE_INVALID, "raw pixels need width and height")
    if content.resolution_ppi is None:
        raise DomainError(Reason.SAMPLE_RESOLUTION_UNKNOWN, "raw pixels need resolution_ppi")
    return images.raw_image(content.data, content.width, content.height, content.resolution_ppi)


def _quality(quality: MatcherQuality) -> Quality:
    advice = tuple(Advice[item.name] for item in quality.advice)
    return Quality(quality.score, QUALITY_ALGORITHM, quality.minutiae, advice, quality.usable)


def _likeness(fmr: float, paired_minutiae: int) -> Likeness:
    return Likeness(fmr, max(0.0, -10.0 * math.log10(fmr)), paired_minutiae)
