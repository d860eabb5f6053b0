"""Images as received, made ready for the matcher; and what is wrong with one, as the service says it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ImageFormat, ImageSample
from idverify.domain.model.enrolling import ImageFacts
from matcher.errors import ExtractorUnavailableError, MatcherError, SampleExtentError, SampleResolutionUnknownError
from matcher.images import decoding
from matcher.images.decoding import DecodedFile
from matcher.images.file_formats import ImageFormat as FileFormat
from matcher.images.limits import DEFAULT_LIMITS, ImageLimits
from matcher.quality.appearance import off_centre
from matcher.types import Image


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the matcher raises into DomainError."""
    try:
        yield
    except ExtractorUnavailableError as error:
        raise DomainError(Reason.MATCHER_UNAVAILABLE, str(error)) from None
    except SampleResolutionUnknownError as error:
        guess = {} if error.estimated_ppi is None else {"estimated_ppi": f"{error.estimated_ppi:.0f}"}
        raise DomainError(Reason.SAMPLE_RESOLUTION_UNKNOWN, str(error), guess) from None
    except SampleExtentError as error:
        raise DomainError(Reason.SAMPLE_INVALID, str(error), {"cause": "EXTENT"}) from None
    except MatcherError as error:
        # The cause is cut off: decoders may quote bytes of the sample.
        raise DomainError(Reason[error.reason], str(error)) from None


def image_of(content: ImageSample) -> Image:
    """Decode an image. Raises MatcherError, and DomainError for raw pixels without size or resolution."""
    return read(content, DEFAULT_LIMITS).image


def facts_of(content: ImageSample) -> ImageFacts:
    """Say what an image is as a file, and where the finger lies on it. Raises as :func:`image_of`."""
    file = read(content, DEFAULT_LIMITS)
    image = file.image
    return ImageFacts(file.format.value, image.resolution_ppi, file.grey_levels, off_centre(decoding.resample(image)))


def read(content: ImageSample, limits: ImageLimits) -> DecodedFile:
    """Decode an image. Raises as :func:`image_of`."""
    if content.format is not ImageFormat.RAW_GREY8:
        declared = FileFormat(content.format.value) if content.format else None
        return decoding.decode_file(
            content.data, resolution_ppi=content.resolution_ppi, declared=declared, limits=limits
        )
    if not content.width or not content.height:
        raise DomainError(Reason.SAMPLE_INVALID, "raw pixels need width and height")
    if content.resolution_ppi is None:
        raise DomainError(Reason.SAMPLE_RESOLUTION_UNKNOWN, "raw pixels need resolution_ppi")
    image = decoding.raw_image(content.data, content.width, content.height, content.resolution_ppi, limits=limits)
    return DecodedFile(image, FileFormat.RAW_GREY8, 256)
