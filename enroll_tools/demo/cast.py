"""Who plays: people to enrol, prints of theirs that are kept back, a stranger, and a print that is too poor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import PIL.Image

from enroll_tools.bulk.people import Person, group
from enroll_tools.datasets import DatasetError, DatasetSample, Listing, open_dataset
from enroll_tools.synthetic import Population, write_fvc_folder
from matcher.images.decoding import decode_image
from matcher.types import FingerPosition

FINGERS, IMPRESSIONS, SEED = 13, 3, 2026
"""Of the synthetic population; the last finger is the stranger's."""

MOST_PEOPLE, MOST_ENROLLED, MOST_PROBES = 40, 4, 2
"""Of a test set: people, prints enrolled of each and prints kept back of each, so that it takes minutes at most."""

_TIP = 40  # pixels at 500 dpi: half the width of what a barely touching finger leaves; a few minutiae at most
_SMEAR = 3.0  # pixels at 500 dpi: a third of a ridge period
_PALE = 0.5


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody to be enrolled, and prints of the same finger that are not."""

    person: Person
    probes: tuple[DatasetSample, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody.

    Attributes:
        members: people to enrol, at least three.
        stranger: prints of a finger that is not enrolled.
        poor: a print that carries no decision.
        origin: where the prints are from, in words.
    """

    members: tuple[Member, ...]
    stranger: tuple[DatasetSample, ...]
    poor: DatasetSample
    origin: str


def synthetic_cast(folder: Path, progress: Callable[[], None]) -> Cast:
    """Make prints in ``folder``; ``progress`` is called for each of ``FINGERS * IMPRESSIONS``."""
    population = Population(SEED)
    write_fvc_folder(population, folder, FINGERS, IMPRESSIONS, progress)
    samples = open_dataset(folder, "fvc")
    poor = folder / "poor.png"
    image = population.poor_impression(0, FingerPosition.RIGHT_INDEX)
    PIL.Image.fromarray(image.pixels).save(poor, dpi=(image.resolution_ppi, image.resolution_ppi))
    return _cast(samples, poor, "synthetic", f"{FINGERS} synthetic fingers")


def dataset_cast(dataset: Path, resolution_ppi: float | None, folder: Path) -> Cast:
    """Divide a folder in FVC layout; the too poor print, the tip of one of it, is written to ``folder``.

    Raises:
        DatasetError: no such folder, or too few fingers or impressions in it.
    """
    samples = open_dataset(dataset, "fvc", resolution_ppi)
    folder.mkdir(parents=True, exist_ok=True)
    poor = folder / "poor.png"
    _write_tip(samples[0], poor)
    return _cast(samples, poor, dataset.resolve().name, str(dataset))


def _cast(samples: Sequence[DatasetSample], poor: Path, namespace: str, origin: str) -> Cast:
    everybody = group(Listing(list(samples)), namespace)
    people = [person for person in everybody if len(person.samples) >= 2][: MOST_PEOPLE + 1]
    if len(people) < 4:
        raise DatasetError("the demo needs at least four fingers with two impressions each")
    *enrolled, last = people
    members = tuple(_member(person) for person in enrolled)
    sample = replace(samples[0], path=poor)
    return Cast(members, last.samples[-MOST_PROBES:], sample, origin)


def _member(person: Person) -> Member:
    """Enrol the first impressions and keep the last."""
    count = min(MOST_ENROLLED, (len(person.samples) + 1) // 2)
    return Member(replace(person, samples=person.samples[:count]), person.samples[count:][-MOST_PROBES:])


def _write_tip(sample: DatasetSample, path: Path) -> None:
    """Write a real print as it looks when only the tip touches, lightly and not still."""
    image = decode_image(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi)
    scale = image.resolution_ppi / 500
    grey = cv2.GaussianBlur(image.pixels.astype(np.float32), (0, 0), _SMEAR * scale)
    pale = 255 - _PALE * (255 - grey)
    y, x = np.indices(pale.shape) - np.array(pale.shape).reshape(2, 1, 1) / 2
    tip = np.hypot(x, y) < _TIP * scale
    pixels = np.asarray(np.where(tip, pale, 250), dtype=np.uint8)
    PIL.Image.fromarray(pixels).save(path, dpi=(image.resolution_ppi, image.resolution_ppi))
