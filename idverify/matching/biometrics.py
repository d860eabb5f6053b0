"""The biometrics port on the matcher library."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import (
    Advice,
    Features,
    FingerPosition,
    ImageSample,
    Likeness,
    MinutiaeSample,
    Quality,
    Sample,
)
from idverify.domain.model.enrolling import CutFinger, ImageFacts, SlapSample, Unpacked
from idverify.domain.model.prints import ImageExchange, RecordQuirk
from idverify.matching.exchange import exchanged
from idverify.matching.images import facts_of, read, refusals
from idverify.matching.ready_prints import ReadyPrints
from idverify.matching.slaps import cut
from idverify.matching.unpacking import record_of, require_one_impression, unpacked
from idverify.ports import Prepared
from matcher import types
from matcher.comparison.calibration import Calibration
from matcher.comparison.compare import compare
from matcher.comparison.copies import is_copy
from matcher.comparison.fusion import combine_fingers, combine_impressions
from matcher.comparison.params import comparator_id
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.errors import TemplateInvalidError
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.formats.minutiae_record import RecordWarning
from matcher.formats.records import view_to_template
from matcher.images.limits import DEFAULT_LIMITS
from matcher.quality.plausibility import require_plausible
from matcher.quality.score import QUALITY_ALGORITHM, assess, assess_image
from matcher.quality.score import Quality as MatcherQuality
from matcher.templates import compact
from matcher.templates.canonical import canonical_minutiae

BEYOND_DOUBT_LEVEL = 90.0
"""-10 log10 FMR of a leader who ends the verification of whoever has far fewer votes: no decision by one finger needs
more."""

_comparator_id = cache(comparator_id)  # of parameters that never change: told with every decision


@dataclass(frozen=True, slots=True)
class MatcherBiometrics:
    """Implements :class:`idverify.ports.Biometrics`; ``ready_prints``: those of stored templates."""

    extractor: types.Extractor
    calibration: Calibration
    ready_prints: ReadyPrints = field(default_factory=ReadyPrints, repr=False)

    @property
    def extractor_id(self) -> str:
        """Name and version of the extractor."""
        return self.extractor.id

    @property
    def comparator_id(self) -> str:
        """Name of the comparator and hash of its parameters."""
        return _comparator_id()

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
        with refusals():
            template, quality, pixels, warnings = self._template(sample)
            if quality.usable:  # of what is not, more minutiae are false than true, and its quality is the reason
                require_plausible(template)
        seen = {b"bytes": sample.content.data, b"pixels": pixels, b"minutiae": canonical_minutiae(template)}
        marks = tuple(sha256(what + b"\0" + content).digest() for what, content in seen.items() if content)
        quirks = tuple(RecordQuirk(warning.quirk.name, warning.offset) for warning in warnings)
        return Features(sample.position, compact.encode(template), quality, template.extractor, marks, quirks)

    def unpacked(self, sample: Sample) -> Unpacked | None:
        """Take a file of several impressions apart; see :meth:`idverify.ports.Biometrics.unpacked`."""
        with refusals():
            return unpacked(sample)

    def image_facts(self, sample: Sample) -> ImageFacts | None:
        """Say what the image of a sample is; see :meth:`idverify.ports.Biometrics.image_facts`."""
        if not isinstance(sample.content, ImageSample):
            return None
        with refusals():
            return facts_of(sample.content)

    def cut_slap(self, slap: SlapSample, missing: Collection[FingerPosition]) -> Sequence[CutFinger]:
        """Cut a slap into its fingers; see :meth:`idverify.ports.Biometrics.cut_slap`."""
        return cut(slap, missing)

    def exchanged(self, sample: Sample, target: ImageExchange) -> bytes:
        """Write the image of a sample in another form; see :meth:`idverify.ports.Biometrics.exchanged`."""
        return exchanged(sample, target)

    def to_iso_minutiae(self, features: Features) -> bytes:
        """Write a template as a finger minutiae record."""
        position = types.FingerPosition(features.position or FingerPosition.UNKNOWN)
        record = template_to_record(compact.decode(features.template), position, finger_quality=features.quality.score)
        return write_record(record)

    def prepare(self, template: bytes) -> Prepared:
        """Decode a template and make it ready; raises StoredDataError if it does not decode."""
        return Prepared(_made(template))

    def prepare_stored(self, template: bytes) -> Prepared:
        """Do the same for one that is stored, or take it from where it is ready."""
        return Prepared(self.ready_prints.of(template, _made))

    def compare(self, probe: Prepared, references: Sequence[Prepared]) -> Likeness:
        """Compare a template with all impressions of one finger."""
        own, others = prepared_template(probe), [prepared_template(reference) for reference in references]
        comparisons = [compare(own, other) for other in others]
        best = max(comparisons, key=lambda c: c.score)
        fmr = combine_impressions([self.calibration.fmr(c) for c in comparisons])
        copied = any(is_copy(own, other, c) for other, c in zip(others, comparisons, strict=True))
        places = own.template.x[best.pairs[:, 0]], own.template.y[best.pairs[:, 0]]
        paired = tuple((round(float(x)), round(float(y))) for x, y in zip(*places, strict=True))
        return replace(likeness_of(fmr, len(best.pairs)), copied=copied, paired=paired)

    def copied(self, probe: Prepared, references: Sequence[Prepared]) -> bool:
        """Tell whether one template is a copy of another: what :meth:`compare` says of it, and nothing else."""
        own, others = prepared_template(probe), (prepared_template(reference) for reference in references)
        return any(is_copy(own, other, compare(own, other)) for other in others)

    def fuse(self, fingers: Sequence[Likeness]) -> Likeness:
        """Combine the likenesses of different fingers."""
        if len(fingers) == 1:
            return fingers[0]
        return likeness_of(combine_fingers([f.fmr for f in fingers]), sum(f.paired_minutiae for f in fingers))

    def _template(self, sample: Sample) -> tuple[types.Template, Quality, bytes, Sequence[RecordWarning]]:
        match sample.content:
            case MinutiaeSample() as minutiae:
                record = record_of(minutiae)
                if len(record.views) != 1:
                    require_one_impression(sample)
                _require_same_finger(sample.position, record.views[0].position)
                template = view_to_template(record)
                return template, _quality(assess(template)), b"", record.warnings
            case ImageSample() as content:
                require_one_impression(sample)
                file = read(content, DEFAULT_LIMITS)
                template = self.extractor.extract(file.image)
                quality = _quality(assess_image(file.image, template))
                return template, quality, file.image.pixels.tobytes(), file.warnings


def _require_same_finger(stated: FingerPosition | None, code: int) -> None:
    """Refuse a record of another finger than the call states; a code that is no one finger's says nothing."""
    known = {finger.value: finger for finger in FingerPosition if finger is not FingerPosition.UNKNOWN}
    said = known.get(code)
    if said is not None and stated in known and said is not stated:
        raise DomainError(
            Reason.SAMPLE_POSITION_MISMATCH,
            "the record states another finger than the call",
            {"stated": FingerPosition(stated).name, "record": said.name},
        )


def _made(template: bytes) -> PreparedTemplate:
    return prepare(decoded(template))


def prepared_template(prepared: Prepared) -> PreparedTemplate:
    """Open what :meth:`MatcherBiometrics.prepare` made."""
    assert isinstance(prepared, PreparedTemplate)
    return prepared


def decoded(template: bytes) -> types.Template:
    """Decode a stored template. Raises StoredDataError if it does not decode."""
    try:
        return compact.decode(template)
    except TemplateInvalidError:
        raise StoredDataError("a stored template does not decode") from None


def _quality(quality: MatcherQuality) -> Quality:
    advice = tuple(Advice[item.name] for item in quality.advice)
    return Quality(quality.score, QUALITY_ALGORITHM, quality.minutiae, advice, quality.usable)


def likeness_of(fmr: float, paired_minutiae: int) -> Likeness:
    """Return a false match rate as a likeness."""
    return Likeness(fmr, max(0.0, -10.0 * math.log10(fmr)), paired_minutiae)
