"""The templates of a test set: extracted from its images, or read from the records beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from enroll_tools.datasets import DatasetSample
from matcher.errors import MatcherError
from matcher.formats.iso19794_2 import read_record, view_to_template
from matcher.images.decoding import decode_image
from matcher.types import TEMPLATE_RESOLUTION_PPI, Extractor, Image, Template

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Impression:
    """One impression of a test set.

    Attributes:
        name: file name without its ending.
        finger: finger of the set, unique within it.
        template: its minutiae; None if extraction failed, which compares with score 0.
        seconds: time of extraction.
    """

    name: str
    finger: str
    template: Template | None
    seconds: float


Source = Callable[[DatasetSample], Template]


def finger_of(sample: DatasetSample) -> str:
    """Name a finger, uniquely within its set."""
    return f"{sample.subject}/{sample.finger.name}"


def load_impressions(
    samples: Sequence[DatasetSample], source: Source, progress: Callable[[], None]
) -> list[Impression]:
    """Make the templates of all samples, in order; ``progress`` is called after each."""

    def load(sample: DatasetSample) -> Impression:
        start = time.perf_counter()
        try:
            template: Template | None = source(sample)
        except MatcherError:
            template = None
        seconds = time.perf_counter() - start
        progress()
        found = template if template is not None and len(template) else None
        return Impression(sample.path.stem, finger_of(sample), found, seconds)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(load, samples))


def from_images(extractor: Extractor) -> Source:
    """Return a source that extracts the image."""
    return partial(_extract, extractor)


def _extract(extractor: Extractor, sample: DatasetSample) -> Template:
    return extractor.extract(read_image(sample))


def read_image(sample: DatasetSample) -> Image:
    """Decode the image of a sample at the resolution that the data set states."""
    return decode_image(sample.path.read_bytes(), resolution_ppi=sample.resolution_ppi)


def from_record(sample: DatasetSample) -> Template:
    """Read the ISO/IEC 19794-2 record beside the image, laid over it.

    Some extractors resize an image to their own sensor's frame, by different factors in x and y, and state that
    frame's size in the record. Undoing it gives the angles and distances of the finger.
    """
    record = read_record(sample.iso_path.read_bytes())
    image = read_image(sample)
    height, width = image.pixels.shape
    scale = TEMPLATE_RESOLUTION_PPI / image.resolution_ppi
    return view_to_template(record, frame_size=(width * scale, height * scale))


def minutiae_counts(impressions: Sequence[Impression]) -> dict[str, float]:
    """Return the quartiles of the number of minutiae, failures counted as none."""
    counts = [0 if i.template is None else len(i.template) for i in impressions]
    low, median, high = np.percentile(counts, [25, 50, 75])
    return {"q1": float(low), "median": float(median), "q3": float(high)}
