"""Samples and slaps from bytes, and finger positions by name."""

from __future__ import annotations

import re
from typing import cast

from idverify.v1.enrolment_pb2 import SlapImage, SlapPosition
from idverify.v1.types_pb2 import FingerImage, FingerPosition, FingerprintSample, ImageFormat, MinutiaeFrame

_PREFIX = "FINGER_POSITION_"
_XYT = re.compile(rb"[ \t]*\d{1,5}[ \t]+\d{1,5}[ \t]+-?\d{1,3}(?:[ \t]+\d{1,3})?[ \t\r]*(?:\n|\Z)")
_RECORD_MAGICS = (b"FMR\x00", b"Rk1SA")  # the bytes of a record, and its base64 text
_MOST_HEADER = 260  # of CBEFF before a record, and the first bytes of the record


def make_sample(
    data: bytes,
    finger: FingerPosition = FingerPosition.FINGER_POSITION_UNSPECIFIED,
    *,
    resolution_ppi: float | None = None,
    size: tuple[int, int] | None = None,
) -> FingerprintSample:
    """Make a sample of a file's content: minutiae if it begins like a record (``FMR``) or an xyt text, else an image.

    Args:
        data: the file; a record may have a header of CBEFF before it, and an image be a finger image record or a file
            of several fingers.
        finger: which finger; a probe may leave it out.
        resolution_ppi: of an image, where the file does not state it or states it wrongly, and of the image of an xyt
            text. A record states its own.
        size: width and height of the image of an xyt text, pixels.
    """
    if _XYT.match(data):
        frame = size and MinutiaeFrame(width=size[0], height=size[1], resolution_ppi=resolution_ppi or 0.0)
        return FingerprintSample(finger_position=finger, iso_19794_2_2005=data, minutiae_frame=frame)
    if data.lstrip().startswith(_RECORD_MAGICS) or _RECORD_MAGICS[0] in data[:_MOST_HEADER]:
        return FingerprintSample(finger_position=finger, iso_19794_2_2005=data)
    return FingerprintSample(finger_position=finger, image=FingerImage(data=data, resolution_ppi=resolution_ppi or 0.0))


def make_raw_sample(
    pixels: bytes,
    width: int,
    height: int,
    resolution_ppi: float,
    finger: FingerPosition = FingerPosition.FINGER_POSITION_UNSPECIFIED,
) -> FingerprintSample:
    """Make a sample of grey pixels, 8 bit, row by row, as a scanner's driver gives them."""
    image = FingerImage(
        data=pixels,
        format=ImageFormat.IMAGE_FORMAT_RAW_GREY8,
        width=width,
        height=height,
        resolution_ppi=resolution_ppi,
    )
    return FingerprintSample(finger_position=finger, image=image)


_SLAPS = {
    "right": SlapPosition.SLAP_POSITION_RIGHT_FOUR,
    "left": SlapPosition.SLAP_POSITION_LEFT_FOUR,
    "thumbs": SlapPosition.SLAP_POSITION_TWO_THUMBS,
}


def slap_names() -> list[str]:
    """Return the names of slaps: ``right``, ``left``, ``thumbs``."""
    return list(_SLAPS)


def make_slap(data: bytes, hand: str, *, resolution_ppi: float | None = None) -> SlapImage:
    """Make a slap, an image of several fingers, of a file's content.

    Args:
        data: the file.
        hand: ``right`` or ``left``, four fingers of that hand, or ``thumbs``.
        resolution_ppi: where the file does not state it or states it wrongly.
    """
    return SlapImage(position=_SLAPS[hand], image=FingerImage(data=data, resolution_ppi=resolution_ppi or 0.0))


def finger_names() -> list[str]:
    """Return the names of the stated positions: ``unknown``, ``right-thumb``, ..."""
    return [finger_name(cast("FingerPosition", number)) for number in FingerPosition.values() if number]


def finger_name(finger: FingerPosition) -> str:
    """Return e.g. ``right-index``."""
    return FingerPosition.Name(finger).removeprefix(_PREFIX).lower().replace("_", "-")


def finger_position(name: str) -> FingerPosition:
    """Return the position of a name such as ``right-index``. Raises ValueError that lists the names."""
    try:
        number = FingerPosition.Value(_PREFIX + name.strip().upper().replace("-", "_").replace(" ", "_"))
    except ValueError:
        raise ValueError(f"unknown finger; use one of {', '.join(finger_names())}") from None
    return cast("FingerPosition", number)
