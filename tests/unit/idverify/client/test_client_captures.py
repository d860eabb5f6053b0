"""A print is a sample, wherever it comes from."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest

from idverify.client import read_sample, read_samples
from idverify.client.captures import Source
from idverify.v1.types_pb2 import FingerPosition, ImageFormat

PNG = b"\x89PNG and the rest"
RECORD = b"FMR\x00 20\x00rest"


def test_file_content_and_what_was_pasted_are_one(tmp_path: Path) -> None:
    file = tmp_path / "print.png"
    file.write_bytes(PNG)
    pasted = f"data:image/png;base64,{b64encode(PNG).decode()}"
    sources: list[Source] = [file, str(file), PNG, pasted, "data:image/png,%89PNG%20and the rest"]
    for source in sources:
        sample = read_sample(source, "right-index", resolution_ppi=508)
        assert sample.image.data == PNG
        assert sample.image.resolution_ppi == 508
        assert sample.finger_position == FingerPosition.FINGER_POSITION_RIGHT_INDEX
    assert read_sample(RECORD).iso_19794_2_2005 == RECORD


def test_pixels_are_taken_row_by_row_whatever_their_order_in_memory() -> None:
    pixels = np.arange(6, dtype=np.uint8).reshape(2, 3)
    for array in (pixels, np.asfortranarray(pixels)):
        sample = read_sample(array, FingerPosition.FINGER_POSITION_LEFT_THUMB, resolution_ppi=500)
        assert sample.image.data == bytes(range(6))
        assert (sample.image.width, sample.image.height) == (3, 2)
        assert sample.image.format == ImageFormat.IMAGE_FORMAT_RAW_GREY8
        assert sample.finger_position == FingerPosition.FINGER_POSITION_LEFT_THUMB


@pytest.mark.parametrize(
    ("source", "resolution", "told"),
    [
        (np.zeros((2, 3), np.uint8), None, "resolution_ppi"),
        (np.zeros((2, 3), np.float32), 500, "8 bits"),
        (np.zeros((2, 3, 3), np.uint8), 500, "height, width"),
        (bytearray(PNG), 500, "height, width"),
        ("data:image/png;base64", 500, "no comma"),
        ("data:image/png;base64,%%", 500, "not base64"),
    ],
)
def test_what_is_no_print_is_told(source: Source, resolution: float | None, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_sample(source, resolution_ppi=resolution)


def test_several_fingers_by_name() -> None:
    samples = read_samples({"right-index": PNG, "left-index": RECORD}, resolution_ppi=500)
    assert [sample.finger_position for sample in samples] == [
        FingerPosition.FINGER_POSITION_RIGHT_INDEX,
        FingerPosition.FINGER_POSITION_LEFT_INDEX,
    ]
    assert [sample.WhichOneof("sample") for sample in samples] == ["image", "iso_19794_2_2005"]
    with pytest.raises(ValueError, match="right-thumb"):
        read_samples({"index": PNG})
