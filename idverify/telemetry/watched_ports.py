"""Ports that tell a watch how long they take, and what came of samples; else they do what those beneath them do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features, FingerPosition, Likeness, Sample, StoredTemplate
from idverify.domain.model.enrolling import CutFinger, ImageFacts, SlapSample, Unpacked
from idverify.domain.model.prints import ImageExchange
from idverify.ports import (
    Among,
    Biometrics,
    Deadline,
    Gallery,
    GalleryFigures,
    Prepared,
    SampleSeen,
    SearchResult,
    Signer,
    Stage,
    Watch,
)


@dataclass(frozen=True, slots=True)
class WatchedBiometrics:
    """Implements the port ``Biometrics``."""

    beneath: Biometrics
    watch: Watch

    @property
    def extractor_id(self) -> str:
        """As beneath."""
        return self.beneath.extractor_id

    @property
    def comparator_id(self) -> str:
        """As beneath."""
        return self.beneath.comparator_id

    @property
    def calibration_id(self) -> str:
        """As beneath."""
        return self.beneath.calibration_id

    @property
    def fmr_extrapolated_below(self) -> float:
        """As beneath."""
        return self.beneath.fmr_extrapolated_below

    def extract(self, sample: Sample) -> Features:
        """Extract, and tell what came of the sample."""
        try:
            with self.watch.stage(Stage.EXTRACT):
                features = self.beneath.extract(sample)
        except DomainError as error:
            self.watch.sample(SampleSeen(sample.position, sample.kind, None, error.reason))
            raise
        poor = None if features.quality.usable else Reason.SAMPLE_QUALITY_LOW
        self.watch.sample(SampleSeen(sample.position, sample.kind, features.quality, poor))
        return features

    def unpacked(self, sample: Sample) -> Unpacked | None:
        """As beneath."""
        return self.beneath.unpacked(sample)

    def image_facts(self, sample: Sample) -> ImageFacts | None:
        """As beneath."""
        return self.beneath.image_facts(sample)

    def cut_slap(self, slap: SlapSample, missing: Collection[FingerPosition]) -> Sequence[CutFinger]:
        """As beneath."""
        return self.beneath.cut_slap(slap, missing)

    def exchanged(self, sample: Sample, target: ImageExchange) -> bytes:
        """As beneath."""
        return self.beneath.exchanged(sample, target)

    def to_iso_minutiae(self, features: Features) -> bytes:
        """As beneath."""
        return self.beneath.to_iso_minutiae(features)

    def prepare(self, template: bytes) -> Prepared:
        """As beneath."""
        return self.beneath.prepare(template)

    def prepare_stored(self, template: bytes) -> Prepared:
        """As beneath."""
        return self.beneath.prepare_stored(template)

    def compare(self, probe: Prepared, references: Sequence[Prepared]) -> Likeness:
        """Compare."""
        with self.watch.stage(Stage.COMPARE):
            return self.beneath.compare(probe, references)

    def copied(self, probe: Prepared, references: Sequence[Prepared]) -> bool:
        """Tell copies."""
        with self.watch.stage(Stage.COMPARE):
            return self.beneath.copied(probe, references)

    def fuse(self, fingers: Sequence[Likeness]) -> Likeness:
        """As beneath."""
        return self.beneath.fuse(fingers)


@dataclass(frozen=True, slots=True)
class WatchedGallery:
    """Implements the port ``Gallery``."""

    beneath: Gallery
    watch: Watch

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        """As beneath."""
        self.beneath.add(templates)

    def remove(self, template_ids: Sequence[int]) -> None:
        """As beneath."""
        self.beneath.remove(template_ids)

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
        """Search."""
        with self.watch.stage(Stage.SEARCH):
            return self.beneath.search(
                probe, position=position, limit=limit, deadline=deadline, exclude=exclude, among=among
            )

    def figures(self) -> GalleryFigures:
        """As beneath."""
        return self.beneath.figures()

    def __len__(self) -> int:
        """As beneath."""
        return len(self.beneath)


@dataclass(frozen=True, slots=True)
class WatchedSigner:
    """Implements the port ``Signer``."""

    beneath: Signer
    watch: Watch

    @property
    def issuer(self) -> str:
        """As beneath."""
        return self.beneath.issuer

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign."""
        with self.watch.stage(Stage.SIGN):
            return self.beneath.sign(claims)

    def sign_sd_jwt(self, claims: Mapping[str, Any]) -> str:
        """Sign."""
        with self.watch.stage(Stage.SIGN):
            return self.beneath.sign_sd_jwt(claims)

    def sign_status_list(self, claims: Mapping[str, Any]) -> str:
        """Sign."""
        with self.watch.stage(Stage.SIGN):
            return self.beneath.sign_status_list(claims)

    def sign_access_token(self, claims: Mapping[str, Any]) -> str:
        """Sign."""
        with self.watch.stage(Stage.SIGN):
            return self.beneath.sign_access_token(claims)

    def sign_id_token(self, claims: Mapping[str, Any]) -> str:
        """Sign."""
        with self.watch.stage(Stage.SIGN):
            return self.beneath.sign_id_token(claims)

    def own(self, assertion: str) -> dict[str, Any] | None:
        """As beneath."""
        return self.beneath.own(assertion)

    def own_access_token(self, token: str) -> dict[str, Any] | None:
        """As beneath."""
        return self.beneath.own_access_token(token)

    def key_set(self) -> tuple[str, str]:
        """As beneath."""
        return self.beneath.key_set()
