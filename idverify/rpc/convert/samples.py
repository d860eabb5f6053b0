"""Fingerprint samples as they come in."""

from __future__ import annotations

from collections.abc import Iterable

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, ImageFormat, ImageSample, MinutiaeFrame, MinutiaeSample, Sample
from idverify.rpc.convert.fields import invalid, known_enum, optional_number, text
from idverify.v1 import types_pb2

MOST_SAMPLE_BYTES = 8 << 20
"""Of an image file, of raw pixels, and of a minutiae record."""

_LONGEST_ATTESTATION = 4096
_LONGEST_SIDE = 0x3FFF
"""What a coordinate of a minutia can reach."""

_LEAST_PPI, _MOST_PPI = 100, 2000

_FORMATS = {
    types_pb2.IMAGE_FORMAT_UNSPECIFIED: None,
    types_pb2.IMAGE_FORMAT_PNG: ImageFormat.PNG,
    types_pb2.IMAGE_FORMAT_TIFF: ImageFormat.TIFF,
    types_pb2.IMAGE_FORMAT_BMP: ImageFormat.BMP,
    types_pb2.IMAGE_FORMAT_JPEG: ImageFormat.JPEG,
    types_pb2.IMAGE_FORMAT_JPEG_2000: ImageFormat.JPEG_2000,
    types_pb2.IMAGE_FORMAT_WSQ: ImageFormat.WSQ,
    types_pb2.IMAGE_FORMAT_PGM: ImageFormat.PGM,
    types_pb2.IMAGE_FORMAT_RAW_GREY8: ImageFormat.RAW_GREY8,
}


def samples_of(messages: Iterable[types_pb2.FingerprintSample]) -> list[Sample]:
    """Return the samples of a request. Raises DomainError SAMPLE_INVALID, FIELD_INVALID, with the sample's index."""
    return [sample_of(message, f"samples[{index}]", index) for index, message in enumerate(messages)]


def sample_of(message: types_pb2.FingerprintSample, field: str, index: int = 0) -> Sample:
    """Return a sample.

    Args:
        message: as received; one that was left out counts as empty.
        field: where it stands in the request, for errors.
        index: which of the request's samples it is, for errors.

    Raises:
        DomainError: SAMPLE_INVALID for an empty or too large one; FIELD_INVALID for a field with an impossible value.
    """
    position = position_of(message.finger_position, f"{field}.finger_position")
    attestation = text(message.device_attestation, f"{field}.device_attestation", _LONGEST_ATTESTATION)
    match message.WhichOneof("sample"):
        case "image":
            return Sample(position, image_of(message.image, f"{field}.image", index), attestation)
        case "iso_19794_2_2005":
            data = _checked(message.iso_19794_2_2005, f"{field}.iso_19794_2_2005", index)
            return Sample(position, MinutiaeSample(data, _frame_of(message, f"{field}.minutiae_frame")), attestation)
        case _:
            raise _invalid_sample("give an image or a minutiae record", field, index)


def _frame_of(message: types_pb2.FingerprintSample, field: str) -> MinutiaeFrame | None:
    if not message.HasField("minutiae_frame"):
        return None
    frame = message.minutiae_frame
    for name, side in (("width", frame.width), ("height", frame.height)):
        if not 1 <= side <= _LONGEST_SIDE:
            raise invalid(f"{field}.{name}", f"must be 1 to {_LONGEST_SIDE} pixels")
    if not _LEAST_PPI <= frame.resolution_ppi <= _MOST_PPI:  # also refuses NaN
        raise invalid(f"{field}.resolution_ppi", f"must be {_LEAST_PPI} to {_MOST_PPI} pixels per inch")
    return MinutiaeFrame(frame.width, frame.height, frame.resolution_ppi)


def position_of(value: int, field: str) -> FingerPosition | None:
    """Return a finger position, None for "not stated". Raises DomainError FIELD_INVALID for an unknown code."""
    code = known_enum(value, types_pb2.FingerPosition, field)
    # The wire's codes are the standard's plus one, since zero means "not stated" there.
    return FingerPosition(code - 1) if code else None


def image_of(message: types_pb2.FingerImage, field: str, index: int) -> ImageSample:
    """Return an image. Raises as :func:`sample_of`."""
    known_enum(message.format, types_pb2.ImageFormat, f"{field}.format")
    file_format = _FORMATS[message.format]
    if file_format is not ImageFormat.RAW_GREY8 and (message.width or message.height):
        raise invalid(f"{field}.width", "and height are for raw pixels only; a file states its own")
    return ImageSample(
        _checked(message.data, f"{field}.data", index),
        file_format,
        message.width or None,
        message.height or None,
        optional_number(message.resolution_ppi, f"{field}.resolution_ppi"),
    )


def _checked(data: bytes, field: str, index: int) -> bytes:
    if not data:
        raise _invalid_sample("the sample is empty", field, index)
    if len(data) > MOST_SAMPLE_BYTES:
        raise _invalid_sample(f"a sample has at most {MOST_SAMPLE_BYTES} bytes", field, index)
    return data


def _invalid_sample(what: str, field: str, index: int) -> DomainError:
    return DomainError(Reason.SAMPLE_INVALID, what, {"field": field, "sample": str(index)})
