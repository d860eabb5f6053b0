"""Samples from wherever a counter has them: a file, its content, something pasted, pixels of a scanner's driver."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from urllib.parse import unquote_to_bytes

from idverify.client.samples import finger_position, make_raw_sample, make_sample
from idverify.v1.types_pb2 import FingerPosition, FingerprintSample


class Pixels(Protocol):
    """An array of grey pixels, 8 bit, (height, width), with the buffer protocol: numpy's, say."""

    @property
    def shape(self) -> Any:
        """(height, width)."""

    def tobytes(self) -> bytes:
        """Row by row."""


Source: TypeAlias = Path | str | bytes | Pixels
"""A file by its path; its content; a ``data:`` URL, as browsers paste images; or grey pixels, 8 bit, as an array."""


def read_sample(
    source: Source,
    finger: FingerPosition | str = FingerPosition.FINGER_POSITION_UNSPECIFIED,
    *,
    resolution_ppi: float | None = None,
) -> FingerprintSample:
    """Make a sample of a print, an image or a minutiae record, which are told by content.

    Args:
        source: a path (``Path``, or ``str``); the content of a file (``bytes``); a ``data:`` URL (``str``, RFC 2397);
            or grey pixels: whatever has the buffer protocol with shape (height, width) and 8 bits each, such as an
            array of numpy with dtype ``uint8``.
        finger: which one, by position or name (``right-index``); a probe may leave it out.
        resolution_ppi: pixels per inch; needed for pixels, and where a file does not state it or states it wrongly.

    Raises:
        OSError: the file cannot be read.
        ValueError: no finger of that name, no such URL, no such array, or pixels without a resolution.
    """
    position = finger_position(finger) if isinstance(finger, str) else finger
    if isinstance(source, str) and source.startswith("data:"):
        source = _pasted(source)
    elif isinstance(source, str | Path):
        source = Path(source).read_bytes()
    if isinstance(source, bytes):
        return make_sample(source, position, resolution_ppi=resolution_ppi)
    pixels: Any = memoryview(source)  # type: ignore[arg-type] # an array is one
    if pixels.ndim != 2 or pixels.format not in {"B", "|u1"}:
        raise ValueError("pixels have the shape (height, width) and 8 bits each, such as an array of uint8")
    if resolution_ppi is None:
        raise ValueError("say how many pixels per inch there are: resolution_ppi")
    height, width = pixels.shape
    return make_raw_sample(pixels.tobytes(), width, height, resolution_ppi, position)


def read_samples(sources: Mapping[str, Source], *, resolution_ppi: float | None = None) -> list[FingerprintSample]:
    """Make samples of several fingers, each by its name (``right-index``); see :func:`read_sample`."""
    return [read_sample(source, finger, resolution_ppi=resolution_ppi) for finger, source in sources.items()]


def _pasted(url: str) -> bytes:
    head, comma, data = url.partition(",")
    if not comma:
        raise ValueError("not a data: URL: it has no comma")
    if not head.endswith(";base64"):
        return unquote_to_bytes(data)
    try:
        return b64decode(data, validate=True)
    except binascii.Error:
        raise ValueError("not a data: URL: what follows the comma is not base64") from None
