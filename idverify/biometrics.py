"""The biometrics port on the matcher library: the only module here that imports it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

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
from matcher.comparison import DEFAULT_PARAMS, compare, prepare
from matcher.errors import ExtractorUnavailableError, MatcherError, TemplateInvalidError
from matcher.formats import compact
from matcher.formats.iso19794_2 import read_record, template_to_record, view_to_template, write_record
from matcher.gallery import Gallery
from matcher.params import params_id
from matcher.quality import QUALITY_ALGORITHM, assess, assess_image
from matcher.scores import Calibration, combine_fingers, combine_impressions


@dataclass(frozen=True, slots=True)
class MatcherBiometrics:
    """Implements :class:`idverify.ports.Biometrics`."""

    extractor: types.Extractor
    calibration: Calibration

    @property
    def comparator_id(self) -> str:
        """Name of the comparator and hash of its parameters."""
        return f"mcc-{params_id(DEFAULT_PARAMS)}"

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
        record = template_to_record(
            compact.decode(features.template), position, finger_quality=features.quality.score
        )
        return write_record(record)

    def compare(self, probe: bytes, references: Sequence[bytes]) -> Likeness:
        """Compare a template with all impressions of one finger."""
        prepared = prepare(_decode(probe))
        comparisons = [compare(prepared, prepare(_decode(reference))) for reference in references]
        best = max(comparisons, key=lambda c: c.score)
        fmr = combine_impressions([self.calibration.fmr(c.score) for c in comparisons])
        return likeness(fmr, len(best.pairs))

    def fuse(self, fingers: Sequence[Likeness]) -> Likeness:
        """Combine the likenesses of different fingers."""
        if len(fingers) == 1:
            return fingers[0]
        return likeness(combine_fingers([f.fmr for f in fingers]), sum(f.paired_minutiae for f in fingers))

    def _template(self, sample: Sample) -> tuple[types.Template, Quality]:
        match sample.content:
            case RecordSample(data):
                record = read_record(data)
                if len(record.views) != 1:
                    raise DomainError(Reason.SAMPLE_INVALID, "the record must have exactly one finger view")
                template = view_to_template(record)
                return template, _quality(assess(template), len(template))
            case ImageSample() as content:
                image = _image(content)
                template = self.extractor.extract(image)
                return template, _quality(assess_image(image, template), len(template))
