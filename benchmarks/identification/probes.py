"""The prints that are enrolled and searched for: a test set's, as the service reads them, or synthetic ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from benchmarks.identification.distractors import PROBED_FROM
from benchmarks.identification.protocol import Print
from benchmarks.impressions import WORKERS, finger_of
from enroll_tools.datasets import DatasetSample
from enroll_tools.synthetic import TemplatePopulation
from idverify.domain.errors import DomainError
from idverify.domain.model import ImageSample, Sample
from idverify.matching.biometrics import MatcherBiometrics
from matcher.templates import compact

SYNTHETIC_PEOPLE, SYNTHETIC_IMPRESSIONS = 60, 8


def read_prints(
    samples: Sequence[DatasetSample], biometrics: MatcherBiometrics, progress: Callable[[], None] = lambda: None
) -> list[Print]:
    """Extract all samples as the service does, in order; ``progress`` is called after each."""

    def read(sample: DatasetSample) -> Print:
        content = ImageSample(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi)
        try:
            features = biometrics.extract(Sample(None, content))
        except DomainError:
            features = None
        progress()
        template = compact.decode(features.template) if features is not None and features.quality.usable else None
        return Print(finger_of(sample), sample.impression, template)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(read, samples))


def synthetic_prints() -> list[Print]:
    """Return the impressions of people of whom no gallery holds anything."""
    population = synthetic_population()
    return [
        Print(f"synthetic {person}", impression + 1, template)
        for impression in range(SYNTHETIC_IMPRESSIONS)
        for person, template in enumerate(population.batch(PROBED_FROM, SYNTHETIC_PEOPLE, impression))
    ]


def synthetic_population() -> TemplatePopulation:
    """Return the population of the synthetic probes."""
    return TemplatePopulation(SYNTHETIC_PEOPLE)
