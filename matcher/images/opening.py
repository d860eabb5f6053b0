"""An image file to what its headers say, whatever its format; its pixels are decoded when they are asked for."""

from __future__ import annotations

from matcher.images import pgm, pillow_files, wsq
from matcher.images.file_formats import ImageFormat
from matcher.images.opened import OpenedImage


def opened_file(data: bytes, found: ImageFormat) -> OpenedImage:
    """Read the headers of a file of the format that its first bytes announce.

    Raises:
        SampleFormatUnsupportedError: a variant that is not read.
        SampleInvalidError: corrupt, or truncated.
    """
    match found:
        case ImageFormat.WSQ:
            header = wsq.inspect(data)
            stated = None if header.ppi is None else (header.ppi, header.ppi)
            return OpenedImage(header.width, header.height, stated, lambda: (wsq.decode(data), 256))
        case ImageFormat.PGM:
            return pgm.opened(data)
        case _:
            return pillow_files.opened(data, found)
