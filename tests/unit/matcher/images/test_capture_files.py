"""Files as programs write them: each gives what is right, those made here and those that others made."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from matcher.errors import MatcherError, SampleFormatUnsupportedError, SampleInvalidError, SampleResolutionUnknownError
from matcher.images.decoding import decode_file, decode_image
from matcher.types import ByteArray
from tests.capture_files.every import capture_files
from tests.capture_files.model import PRINT, CaptureFile, given
from tests.capture_files.plain import pgm
from tests.places import REPOSITORY
from tests.tiff_files import grey_page, tiff

FOLDER = Path(os.environ.get("IDVERIFY_CAPTURES", REPOSITORY.parent / "shared" / "captures"))


@pytest.mark.parametrize("file", capture_files(), ids=lambda file: file.name)
def test_each_gives_what_is_right(file: CaptureFile) -> None:
    assert given(file) == file.right


PRINTS = {
    "b-32-v4-alpha0.bmp": 0.0,
    "b-32-v5-alpha0.bmp": 0.0,
    "t-16-miniswhite.tif": 0.0,
    "t-16be-miniswhite.tif": 0.0,
    "j-exif3.jpg": 3.0,
    "p-8in16.png": 0.0,
    "t-thumb-first.tif": 0.0,
    "j-cm197.jpg": 3.0,
    "wsq-padbyte-made.wsq": 12.0,
}
"""Files of others that are the print, and how far grey levels are from it in the mean."""

TURNS = {"t-orient2.tif": np.fliplr, "t-orient3.tif": lambda pixels: np.rot90(pixels, 2)}
"""Files of others that hold the print upright, and a tag that turns it."""

REFUSED: dict[str, type[MatcherError]] = {
    "t-8-signed.tif": SampleFormatUnsupportedError,
    "j-12bit.jpg": SampleFormatUnsupportedError,
    "x.jls": SampleFormatUnsupportedError,
    "k-resc1000.jp2": SampleResolutionUnknownError,
    "wsq-ppi255-made.wsq": SampleResolutionUnknownError,
}


@pytest.fixture(scope="module")
def original() -> ByteArray:
    if not FOLDER.is_dir():
        pytest.skip(f"no files of others at {FOLDER} (set IDVERIFY_CAPTURES)")
    return np.asarray(PIL.Image.open(FOLDER / "original.pgm"))


@pytest.mark.parametrize("name", [*PRINTS, *TURNS])
def test_files_of_others_give_the_print(name: str, original: ByteArray) -> None:
    image = decode_image((FOLDER / name).read_bytes())
    right = TURNS[name](original) if name in TURNS else original
    assert image.resolution_ppi == 500.0
    assert np.abs(image.pixels.astype(int) - right).mean() <= PRINTS.get(name, 0.0)


@pytest.mark.parametrize("name", REFUSED)
def test_files_of_others_are_refused_as_they_should_be(name: str, original: ByteArray) -> None:
    with pytest.raises(REFUSED[name]) as refusal:
        decode_image((FOLDER / name).read_bytes())
    if isinstance(refusal.value, SampleResolutionUnknownError):
        assert refusal.value.estimated_ppi == pytest.approx(500, rel=0.2)


def test_what_is_cut_short_is_refused_and_nothing_else() -> None:
    for file in capture_files():
        for length in (2, 9, 40, len(file.data) // 3):
            with pytest.raises(MatcherError):
                decode_file(file.data[:length], resolution_ppi=500)


@pytest.mark.parametrize(
    ("levels", "told"), [(255, 256), (1023, 1024), (4095, 4096), (16383, 16384), (16384, 65536), (65535, 65536)]
)
def test_the_scale_is_the_fewest_bits_that_hold_the_largest_value(levels: int, told: int) -> None:
    wide = np.linspace(0, levels, 80 * 90).astype(">u2").reshape(80, 90)
    data = b"P5 90 80 65535\n" + wide.tobytes()
    decoded = decode_file(data, resolution_ppi=500)
    assert decoded.grey_levels == told
    assert (decoded.image.pixels == wide // (told // 256)).all()


@pytest.mark.parametrize(
    "data",
    [
        pgm(0, PRINT.tobytes()),
        pgm(65536, PRINT.tobytes()),
        pgm(100, PRINT.tobytes()),
        pgm(255, PRINT.tobytes()[:-1]),
        pgm(255, b"-1 " * PRINT.size, b"P2"),
        pgm(255, b"1 x " * PRINT.size, b"P2"),
        b"P5 \n",
    ],
    ids=["no white", "too much white", "whiter than white", "short", "negative", "no numbers", "no header"],
)
def test_a_pgm_file_that_contradicts_itself_is_invalid(data: bytes) -> None:
    with pytest.raises(SampleInvalidError):
        decode_image(data, resolution_ppi=500)


def test_a_chain_of_tiff_directories_that_turns_back_ends() -> None:
    data = bytearray(tiff(grey_page(PRINT, {254: 1}), grey_page(PRINT, {254: 1})))
    assert decode_image(bytes(data)).pixels.shape == PRINT.shape
    first = data[4:8]
    data[-4:] = first
    assert decode_image(bytes(data)).pixels.shape == PRINT.shape
    data[4:8] = b"\xff\xff\xff\x7f"
    with pytest.raises(SampleInvalidError):
        decode_image(bytes(data))


@pytest.mark.parametrize("tile", [{322: 30_000, 323: 64}, {322: 64, 323: 1025}, {322: 0, 323: 64}])
def test_tiles_that_would_fill_the_memory_are_refused(tile: dict[int, int]) -> None:
    with pytest.raises(SampleInvalidError, match="tiles"):
        decode_image(tiff(grey_page(PRINT, tile)))


def test_a_tiff_tag_that_is_there_twice_is_refused() -> None:
    rows, samples = (tag.to_bytes(2, "little") + b"\x03\x00" for tag in (278, 277))
    with pytest.raises(SampleInvalidError, match="twice"):
        decode_image(tiff(grey_page(PRINT)).replace(rows, samples))


def test_a_jpeg_file_of_scans_without_end_is_refused() -> None:
    stream = io.BytesIO()
    PIL.Image.fromarray(PRINT).save(stream, "JPEG", progressive=True, dpi=(500, 500))
    data = stream.getvalue()
    assert decode_image(data).pixels.shape == PRINT.shape
    scan = data[data.rfind(b"\xff\xda") : -2]
    with pytest.raises(SampleInvalidError, match="scans"):
        decode_image(data[:-2] + scan * 100 + data[-2:])


def test_a_known_format_is_refused_by_its_name() -> None:
    for file in capture_files():
        if file.name.startswith("x.") and file.what == "refused by its name":
            with pytest.raises(SampleFormatUnsupportedError) as refusal:
                decode_image(file.data, resolution_ppi=500)
            assert file.name[2:] in str(refusal.value).lower().replace(" ", "")
