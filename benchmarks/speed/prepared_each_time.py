"""The ports on the matcher as they would be without preparation: templates are decoded and prepared whenever needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain.model import FingerPosition, Likeness
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.ports import Among, Deadline, Prepared, SearchResult
from matcher.comparison.calibration import Calibration


@dataclass(frozen=True, slots=True)
class EachTimeBiometrics(MatcherBiometrics):
    """Takes templates as they are stored, and prepares both for every comparison."""

    def prepare(self, template: bytes) -> Prepared:
        """Put it off."""
        return Prepared(template)

    def prepare_stored(self, template: bytes) -> Prepared:
        """Put it off likewise."""
        return Prepared(template)

    def compare(self, probe: Prepared, references: Sequence[Prepared]) -> Likeness:
        """Prepare the probe for this finger, and compare."""
        return MatcherBiometrics.compare(self, self.ready(probe), [self.ready(reference) for reference in references])

    def copied(self, probe: Prepared, references: Sequence[Prepared]) -> bool:
        """Prepare both, and look."""
        return MatcherBiometrics.copied(self, self.ready(probe), [self.ready(reference) for reference in references])

    def ready(self, template: Prepared) -> Prepared:
        """Prepare it now."""
        assert isinstance(template, bytes)
        return MatcherBiometrics.prepare(self, template)


class EachTimeGallery(MatcherGallery):
    """Prepares what it searches for."""

    def __init__(self, calibration: Calibration, biometrics: EachTimeBiometrics) -> None:
        super().__init__(calibration)
        self._biometrics = biometrics

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
        """Prepare, and search."""
        ready = self._biometrics.ready(probe)
        return super().search(ready, position=position, limit=limit, deadline=deadline, exclude=exclude, among=among)
