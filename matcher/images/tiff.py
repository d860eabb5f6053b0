"""Which picture of a TIFF file is read, and whether its samples can be (TIFF 6.0, and SubIFDs of Technical Note 1).

A file holds directories in a chain, some with others below them. The picture is the first that is neither a reduced
copy nor a mask. The decoder is told by a copy of the file that begins with its directory, and in which no value says
what the decoder would misread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.images.tiff_directories import MOST_DIRECTORIES, Directory, chained, pointing_to

_SUBFILE, _OLD_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 255, 256, 257, 258, 259, 262
_FILL_ORDER, _SAMPLES, _PLANAR, _SUB_DIRECTORIES, _FORMAT = 266, 277, 284, 330, 339
_TILE_WIDTH, _TILE_HEIGHT = 322, 323
_LARGE_TILE = 1024
"""Pixels of a side of a tile that may be more than the picture has."""
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_NO_COMPRESSION = 1
_COMPRESSIONS = frozenset(
    {_NO_COMPRESSION, 4, 5, 7, 8, 32773, 32946}
)  # CCITT G4, LZW, JPEG, Deflate, PackBits, Deflate
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _YCBCR = 0, 1, 6
_UNSTATED = -1
_PHOTOMETRICS = frozenset({_UNSTATED, _WHITE_IS_ZERO, _BLACK_IS_ZERO, 2, 3, 5, _YCBCR})
_SEPARATE, _REVERSED = 2, 2


@dataclass(frozen=True, slots=True)
class TiffPicture:
    """A picture of a TIFF file, ready to be decoded.

    Attributes:
        data: the file, beginning with the picture's directory.
        inverted: its samples are to be exchanged, black for white, after they are decoded.
    """

    data: bytes
    inverted: bool


def picture(data: bytes) -> TiffPicture:
    """Choose the picture, and see that its samples can be read.

    Raises:
        SampleInvalidError: there is no directory, it says one thing twice, or its tiles are far larger than it.
        SampleFormatUnsupportedError: compression, colours, or kind of samples are not read.
    """
    directory = _chosen(data)
    if directory.repeats:
        raise SampleInvalidError("the TIFF file says one thing twice")
    samples, bits = directory.value(_SAMPLES, 1), max(directory.values(_BITS), default=1)
    photometric = directory.value(_PHOTOMETRIC, _UNSTATED)
    separate = directory.value(_PLANAR, 1) == _SEPARATE
    _require_samples(directory.values(_FORMAT), bits, photometric)
    _require_compression(directory.value(_COMPRESSION, 1), photometric)
    _require_tiles(directory)
    if separate and samples > 1 and (bits > 8 or directory.value(_FILL_ORDER, 1) == _REVERSED):
        raise SampleFormatUnsupportedError("a TIFF file's colour planes are read of 8 bits only, highest first")
    changes = {}
    if separate and samples == 1:
        changes[_PLANAR] = 1  # of one sample it says nothing, and the decoder looks for three
    inverted = samples == 1 and bits > 8 and photometric == _WHITE_IS_ZERO
    if inverted:
        changes[_PHOTOMETRIC] = _BLACK_IS_ZERO
    return TiffPicture(pointing_to(data, directory, changes), inverted)


def _require_samples(formats: tuple[int, ...], bits: int, photometric: int) -> None:
    if any(kind != 1 for kind in formats):
        raise SampleFormatUnsupportedError("TIFF samples with a sign, or of floating point, are not read")
    if bits > 16:
        raise SampleFormatUnsupportedError(f"samples of {bits} bits are not read")
    if photometric not in _PHOTOMETRICS:
        raise SampleFormatUnsupportedError("the TIFF file's colours are not read")


def _require_compression(compression: int, photometric: int) -> None:
    if compression not in _COMPRESSIONS:
        raise SampleFormatUnsupportedError("the TIFF file's compression is not read")
    if photometric == _YCBCR and compression == _NO_COMPRESSION:
        raise SampleFormatUnsupportedError("a TIFF file's YCbCr colours are read only if they are compressed")


def _require_tiles(directory: Directory) -> None:
    """Refuse tiles that are decoded for nothing: a few pixels could stand in one that fills the memory."""
    for tile, side in ((_TILE_WIDTH, _WIDTH), (_TILE_HEIGHT, _HEIGHT)):
        most = max(directory.value(side, 0) + 15, _LARGE_TILE)
        if tile in directory.entries and not 0 < directory.value(tile, 0) <= most:
            raise SampleInvalidError("the TIFF file's tiles are larger than its picture")


def _chosen(data: bytes) -> Directory:
    """Return the first directory of a whole picture; the largest if all say to be reduced or masks."""
    seen = []
    for directory in islice(_directories(data), MOST_DIRECTORIES):
        if not _is_part(directory):
            return directory
        seen.append(directory)
    return max(seen, key=_pixels)


def _directories(data: bytes) -> Iterator[Directory]:
    """Yield those of the chain, then those below them."""
    chain = []
    for directory in chained(data):
        chain.append(directory)
        yield directory
    for directory in chain:
        for offset in directory.values(_SUB_DIRECTORIES):
            yield from chained(data, offset)


def _is_part(directory: Directory) -> bool:
    return bool(directory.value(_SUBFILE, 0) & (_REDUCED | _MASK)) or directory.value(_OLD_SUBFILE, 1) == _OLD_REDUCED


def _pixels(directory: Directory) -> int:
    return directory.value(_WIDTH, 0) * directory.value(_HEIGHT, 0)
