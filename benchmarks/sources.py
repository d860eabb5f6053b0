"""Where the templates of a test set come from: its images, by one of our extractors, or the records beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal, get_args

import typer

from enroll_tools.datasets import DatasetError, DatasetSample
from matcher.extraction.leader import load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.formats.iso19794_2 import read_record, view_to_template
from matcher.images.decoding import decode_image
from matcher.types import TEMPLATE_RESOLUTION_PPI, Extractor, Image, Template

ExtractorName = Literal["leader", "ridge", "iso"]
EXTRACTORS: tuple[ExtractorName, ...] = get_args(ExtractorName)
ChosenExtractor = Annotated[
    ExtractorName, typer.Option(help="ridge: by image processing alone; iso: the .iso records beside the images.")
]

Source = Callable[[DatasetSample], Any]
"""Makes the template of a sample; None or an empty one where there is none."""


def template_source(extractor: ExtractorName, samples: Sequence[DatasetSample]) -> tuple[str, Source]:
    """Return the name and the source of templates; ``iso`` is the records beside the images.

    Raises:
        DatasetError: a record is missing.
    """
    if extractor == "iso":
        missing = [s.iso_path.name for s in samples if not s.iso_path.is_file()]
        if missing:
            raise DatasetError(
                f"{len(missing)} images have no ISO record beside them; the first missing is {missing[0]}"
            )
        return "iso19794-2 records", from_record
    images = RidgeExtractor() if extractor == "ridge" else load_leader()
    return images.id, from_images(images)


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
