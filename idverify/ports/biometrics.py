"""Fingerprints: extraction and comparison."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NewType, Protocol

from idverify.domain.model import Features, FingerPosition, Likeness, Sample
from idverify.domain.model.enrolling import CutFinger, ImageFacts, SlapSample, Unpacked
from idverify.domain.model.prints import ImageExchange

Prepared = NewType("Prepared", object)
"""A template made ready to be compared with many; of use to the biometrics that made it and to its gallery only."""


class Biometrics(Protocol):
    """Extraction and comparison. CPU-bound, thread-safe. Only calibrated error rates come out of it."""

    @property
    def extractor_id(self) -> str:
        """Name and version of what makes templates of images; stored with every template."""

    @property
    def comparator_id(self) -> str:
        """Name of the comparator and its parameters."""

    @property
    def calibration_id(self) -> str:
        """Name of the calibration."""

    @property
    def fmr_extrapolated_below(self) -> float:
        """FMR under which the calibration extrapolates."""

    def extract(self, sample: Sample) -> Features:
        """Make a template; a poor sample comes back with ``quality.usable`` False.

        Raises:
            DomainError: SAMPLE_INVALID, SAMPLE_FORMAT_UNSUPPORTED, SAMPLE_RESOLUTION_UNKNOWN, SAMPLE_POSITION_MISMATCH.
        """

    def unpacked(self, sample: Sample) -> Unpacked | None:
        """Take a file of several impressions apart; None: an image file is one impression itself.

        If the sample states a finger, only that finger's impressions are returned. Such a file is refused by
        :meth:`extract`, and with the same reason where it cannot be taken apart.

        Raises:
            DomainError: SAMPLE_INVALID, SAMPLE_FORMAT_UNSUPPORTED, SAMPLE_RESOLUTION_UNKNOWN, SAMPLE_POSITION_MISMATCH.
        """

    def image_facts(self, sample: Sample) -> ImageFacts | None:
        """Say what the image of a sample is as a file, and where the finger lies on it; None for minutiae.

        Raises:
            DomainError: as :meth:`extract`.
        """

    def cut_slap(self, slap: SlapSample, missing: Collection[FingerPosition]) -> Sequence[CutFinger]:
        """Cut a slap into its fingers, from left to right, each named by its place among those that are not missing.

        Raises:
            DomainError: SLAP_COUNT_MISMATCH, and as :meth:`extract`.
        """

    def exchanged(self, sample: Sample, target: ImageExchange) -> bytes:
        """Write the image of a sample in another form, pixel for pixel but where that form is lossy.

        Raises:
            DomainError: SAMPLE_FORMAT_UNSUPPORTED for minutiae, and as :meth:`extract`.
        """

    def to_iso_minutiae(self, features: Features) -> bytes:
        """Write the template as a finger minutiae record, ISO/IEC 19794-2:2005."""

    def prepare(self, template: bytes) -> Prepared:
        """Decode a template and make it ready: dearer than a comparison, so each is prepared once a call.

        Raises:
            StoredDataError: it does not decode.
        """

    def prepare_stored(self, template: bytes) -> Prepared:
        """Do the same for one that is stored: it may be ready from an earlier call.

        Raises:
            StoredDataError: it does not decode.
        """

    def compare(self, probe: Prepared, references: Sequence[Prepared]) -> Likeness:
        """Compare one template with all impressions of one finger; the number of impressions is accounted for."""

    def copied(self, probe: Prepared, references: Sequence[Prepared]) -> bool:
        """Tell whether one template is a copy of another: of two touches of a finger neither is."""

    def fuse(self, fingers: Sequence[Likeness]) -> Likeness:
        """Combine the likenesses of different fingers of one claimed person into one."""
