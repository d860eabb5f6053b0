"""PNG, TIFF, BMP, JPEG and JPEG 2000, decoded by Pillow, whose readers are told what to read."""

from __future__ import annotations

import io
import re
import struct
import sys
import threading
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import PIL.Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.images import jpeg, jpeg2000, tiff
from matcher.images.file_formats import ImageFormat
from matcher.images.opened import OpenedImage
from matcher.images.orientation import as_shown
from matcher.images.sample_depth import inverted, to_eight_bits
from matcher.types import ByteArray

# The reader of the one format, not ``PIL.Image.open``, which tries others and warns by size.
_READERS: Mapping[ImageFormat, type[ImageFile]] = {
    ImageFormat.PNG: PngImageFile,
    ImageFormat.TIFF: TiffImageFile,
    ImageFormat.BMP: BmpImageFile,
    ImageFormat.JPEG: JpegImageFile,
    ImageFormat.JPEG_2000: Jpeg2KImageFile,
}
_SIXTEEN_BITS = frozenset({"I;16", "I;16L", "I;16B", "I;16N"})
_DEEP_MODES = frozenset({"I", "F"})  # 32-bit samples have no stated white
_ALPHA_MODES = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})
_FEW_BITS = re.compile(r";([124])(?![0-9])")  # how Pillow calls samples of fewer than 8 bits: "L;4", "P;2R"
_SIXTEEN_BIT_COLOURS = re.compile(r"^(LA|RGB|RGBA|RGBX|RGBa);16([BLN])$")
_BYTES_OF_GREY = "RGBA"  # what four bytes are taken for that are two of grey and two of alpha
_OTHER_BYTE = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}
_NOT_READ = ("Unsupported BMP", "unknown pixel mode", "unknown data organization")
"""How Pillow begins to say that it does not read a variant; of what is damaged it says something else."""

# What Pillow's parsers are seen to raise on corrupt files; mutated files of every format are tried in the tests.
_PARSER_FAILURES = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    AssertionError,
    MemoryError,
    struct.error,
    zlib.error,
    PIL.Image.DecompressionBombError,
)
_warning_filters = threading.Lock()  # warnings.catch_warnings swaps process-wide state; see _parsing


def opened(data: bytes, found: ImageFormat) -> OpenedImage:
    """Read the headers of a file.

    Raises:
        SampleFormatUnsupportedError: a variant that is not read.
        SampleInvalidError: corrupt or truncated. So does reading the pixels.
    """
    header = jpeg2000.inspect(data) if found is ImageFormat.JPEG_2000 else None
    white_is_zero = False
    if found is ImageFormat.JPEG:
        jpeg.require_read(data)
    elif found is ImageFormat.TIFF:
        chosen = tiff.picture(data)
        data, white_is_zero = chosen.data, chosen.inverted

    def start() -> ImageFile:
        return _READERS[found](io.BytesIO(data))

    with _parsing():
        file = start()
        stated = header.ppi if header else _stated_resolution(file)
    if header and file.size != (header.width, header.height):
        raise SampleInvalidError("the JPEG 2000 file states two sizes")
    if file.mode in _DEEP_MODES:
        raise SampleFormatUnsupportedError("samples of more than 16 bits, or with a sign, are not read")

    def read() -> tuple[ByteArray, int]:
        with _parsing():
            return _grey_of_sixteen_bits(file, white_is_zero) if file.mode in _SIXTEEN_BITS else _grey(file, start)

    return OpenedImage(*file.size, stated, read)


@contextmanager
def _parsing() -> Iterator[None]:
    """Turn what a parser raises into errors of ours and keep its warnings to itself.

    The lock keeps two decoding threads from restoring each other's warning filters. Decoding takes milliseconds.
    """
    with _warning_filters, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except _PARSER_FAILURES as error:
            if str(error).startswith(_NOT_READ):
                raise SampleFormatUnsupportedError("the image file is of a variant that is not read") from None
            raise SampleInvalidError("the image file is corrupt or truncated") from None


def _stated_resolution(file: ImageFile) -> tuple[float, float] | None:
    stated = file.info.get("dpi")
    return None if stated is None else (float(stated[0]), float(stated[1]))


def _grey(file: ImageFile, again: Callable[[], ImageFile]) -> tuple[ByteArray, int]:
    """Decode to uint8 (height, width), as it is to be shown; colours by ITU-R 601 luma, transparency on white.

    An alpha that is zero everywhere was never filled in, and the colours stand.
    """
    few = _FEW_BITS.search(str(file.tile))
    levels = 2 if file.mode == "1" else 1 << int(few[1]) if few else 256
    picture = _with_low_bytes(file, again)
    if "transparency" in picture.info:
        picture = _on_white(picture.convert("RGBA"))
    elif picture.mode in _ALPHA_MODES:
        coloured = picture.convert("RGBA")
        picture = _on_white(coloured) if coloured.getchannel("A").getextrema()[1] else coloured.convert("RGB")
    elif picture.mode not in {"1", "L"}:
        picture = picture.convert("RGB")
    return np.array(_turned(file, picture.convert("L"))), levels


def _turned(file: ImageFile, picture: PIL.Image.Image) -> PIL.Image.Image:
    """Return the picture as it is to be shown; of a TIFF file Pillow has done it."""
    return picture if isinstance(file, TiffImageFile) else as_shown(picture, file.info.get("exif"))


def _grey_of_sixteen_bits(file: ImageFile, white_is_zero: bool) -> tuple[ByteArray, int]:
    values = np.asarray(file, dtype=np.uint16)
    clear = file.info.get("transparency")
    grey, levels = to_eight_bits(inverted(values) if white_is_zero else values)
    if isinstance(clear, int):
        grey = np.where(values == clear, np.uint8(255), grey)
    return np.array(_turned(file, PIL.Image.fromarray(grey))), levels


def _on_white(coloured: PIL.Image.Image) -> PIL.Image.Image:
    white = PIL.Image.new("RGBA", coloured.size, "white")
    return PIL.Image.alpha_composite(white, coloured)


def _with_low_bytes(file: ImageFile, again: Callable[[], ImageFile]) -> PIL.Image.Image:
    """Return the file, or its lower bytes if it has colours of 16 bits whose upper bytes are all zero.

    Pillow keeps the upper byte of such samples. Where they hold 8-bit values that is black; a reader that takes them
    for samples of the other byte order keeps the lower one.
    """
    raw = _raw_mode(file)
    found = _SIXTEEN_BIT_COLOURS.match(raw)
    if found is None or np.asarray(file.convert("RGB")).any():
        return file
    low = again()
    other = _BYTES_OF_GREY if found[1] == "LA" else f"{found[1]};16{_OTHER_BYTE[found[2]]}"
    low.tile = [
        tile._replace(args=(other, *tile.args[1:]) if isinstance(tile.args, tuple) else other) for tile in low.tile
    ]
    if found[1] == "LA":
        return PIL.Image.merge("LA", (low.getchannel("G"), low.getchannel("A")))
    return low


def _raw_mode(file: ImageFile) -> str:
    """Return how the samples lie in the file, as Pillow calls it."""
    arguments = file.tile[0].args if file.tile else ""
    return str(arguments[0] if isinstance(arguments, tuple) and arguments else arguments)
