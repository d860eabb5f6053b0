from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from enroll_tools.bulk.calls import read
from enroll_tools.datasets import DatasetError, DatasetSample, open_dataset
from enroll_tools.datasets.fvc import load_fvc
from enroll_tools.datasets.resolution import believable_resolution
from matcher.images.decoding import decode_image
from matcher.images.records.writing import write_finger_image
from matcher.types import FingerPosition, Image

MakeImage = Callable[..., Path]


@pytest.fixture
def make_image(tmp_path: Path) -> MakeImage:
    def make(name: str, dpi: float | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = PIL.Image.fromarray(np.full((80, 70), 200, dtype=np.uint8))
        if dpi is None:
            picture.save(path)
        else:
            picture.save(path, dpi=(dpi, dpi))
        return path

    return make


def names(samples: list[DatasetSample]) -> list[str]:
    return [sample.path.name for sample in samples]


def test_fvc_is_sorted_by_numbers_and_ignores_what_is_not_its_own(make_image: MakeImage, tmp_path: Path) -> None:
    for name in ("10_1.png", "2_10.tif", "2_9.TIF", "101_1.bmp", "3_1.jpg", "cover.png", "1_2_3.png"):
        make_image(name)
    (tmp_path / "2_9.iso").write_bytes(b"")
    (tmp_path / "5_1.png").mkdir()
    samples = open_dataset(tmp_path)
    assert names(samples) == ["2_9.TIF", "2_10.tif", "3_1.jpg", "10_1.png", "101_1.bmp"]
    assert [(s.subject, s.impression) for s in samples] == [("2", 9), ("2", 10), ("3", 1), ("10", 1), ("101", 1)]
    assert {sample.finger for sample in samples} == {FingerPosition.UNKNOWN}
    assert samples[0].iso_path == tmp_path / "2_9.iso"


def test_fvc_resolution_comes_from_the_first_who_states_it(make_image: MakeImage, tmp_path: Path) -> None:
    make_image("1_1.png")
    make_image("1_2.png", dpi=512)
    make_image("1_3.tif", dpi=1)
    assert [s.resolution_ppi for s in open_dataset(tmp_path)] == [500, 512, 500]
    (tmp_path / "dataset.json").write_text(json.dumps({"resolution_ppi": 569}))
    assert [s.resolution_ppi for s in open_dataset(tmp_path)] == [569, 569, 569]
    assert [s.resolution_ppi for s in open_dataset(tmp_path, resolution_ppi=300)] == [300, 300, 300]


def test_a_side_file_may_leave_the_resolution_open(make_image: MakeImage, tmp_path: Path) -> None:
    make_image("1_1.png", dpi=512)
    (tmp_path / "dataset.json").write_text('{"name": "x"}')
    assert open_dataset(tmp_path)[0].resolution_ppi == 512


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[500]", "object"),
        (b'{"resolution_ppi": "500"}', "number"),
        (b'{"resolution_ppi": true}', "number"),
        (b'{"resolution_ppi": NaN}', "100 to 2000"),
        (b'{"resolution_ppi": 19685}', "100 to 2000"),
    ],
)
def test_a_wrong_side_file_is_named(make_image: MakeImage, tmp_path: Path, content: bytes, says: str) -> None:
    make_image("1_1.png")
    (tmp_path / "dataset.json").write_bytes(content)
    with pytest.raises(DatasetError, match=says) as caught:
        open_dataset(tmp_path)
    assert "dataset.json" in str(caught.value)


@pytest.mark.parametrize("stated", [0.0, 99.0, 2001.0, float("nan")])
def test_an_implausible_resolution_is_refused(make_image: MakeImage, tmp_path: Path, stated: float) -> None:
    make_image("1_1.png")
    with pytest.raises(DatasetError, match="100 to 2000"):
        open_dataset(tmp_path, resolution_ppi=stated)


def test_two_files_of_one_impression_are_refused(make_image: MakeImage, tmp_path: Path) -> None:
    make_image("1_1.png")
    make_image("01_1.tif")
    with pytest.raises(DatasetError, match="same impression"):
        open_dataset(tmp_path)


def test_what_an_image_states_is_believed_as_the_decoder_does(make_image: MakeImage, tmp_path: Path) -> None:
    for name, dpi in (("a.png", 500), ("b.png", 333.3), ("c.tif", 569), ("d.bmp", 1000)):
        path = make_image(name, dpi=dpi)
        assert believable_resolution(path) == decode_image(path.read_bytes()).resolution_ppi
    stretched = tmp_path / "e.png"
    PIL.Image.fromarray(np.zeros((80, 80), dtype=np.uint8)).save(stretched, dpi=(500, 400))
    (tmp_path / "f.png").write_bytes(b"no image")
    for path in (stretched, tmp_path / "f.png", make_image("g.png", dpi=72)):
        assert believable_resolution(path) is None


def test_an_empty_folder_says_what_was_expected(tmp_path: Path) -> None:
    for layout, example in ((None, "101_1.tif"), ("fvc", "101_1.tif"), ("socofing", "1__M_Left_index_finger.BMP")):
        with pytest.raises(DatasetError, match=example.replace(".", r"\.")) as caught:
            open_dataset(tmp_path, layout, resolution_ppi=500)
        assert caught.value.reason == "DATASET_INVALID"


@pytest.mark.parametrize("layout", [None, "fvc", "socofing", "manifest"])
def test_a_folder_that_is_not_there(tmp_path: Path, layout: str | None) -> None:
    with pytest.raises(DatasetError, match=r"does not exist|not a folder"):
        open_dataset(tmp_path / "absent", layout)


def test_an_unknown_layout_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="fvc, socofing, casia, polyu, sd4, sd302, manifest"):
        open_dataset(tmp_path, "nist")


def test_socofing_names_give_person_finger_and_variant(make_image: MakeImage, tmp_path: Path) -> None:
    for name in (
        "10__M_Left_index_finger.BMP",
        "2__F_Right_thumb_finger.BMP",
        "2__F_Left_little_finger.BMP",
        "2__F_Right_thumb_finger_Zcut.BMP",
        "2__F_Right_thumb_finger_CR.BMP",
        "2__F_Right_thumb_finger_Obl.BMP",
        "2__X_Right_thumb_finger.BMP",
    ):
        make_image(name)
    samples = open_dataset(tmp_path, resolution_ppi=200)
    assert [(s.subject, s.finger, s.impression) for s in samples] == [
        ("2", FingerPosition.RIGHT_THUMB, 1),
        ("2", FingerPosition.RIGHT_THUMB, 2),
        ("2", FingerPosition.RIGHT_THUMB, 3),
        ("2", FingerPosition.RIGHT_THUMB, 4),
        ("2", FingerPosition.LEFT_LITTLE, 1),
        ("10", FingerPosition.LEFT_INDEX, 1),
    ]
    assert {sample.resolution_ppi for sample in samples} == {200}


def test_socofing_without_a_stated_resolution_is_refused(make_image: MakeImage, tmp_path: Path) -> None:
    make_image("1__M_Left_index_finger.BMP", dpi=500)
    with pytest.raises(DatasetError, match="state the resolution"):
        open_dataset(tmp_path)


def write_manifest(folder: Path, *lines: str) -> Path:
    path = folder / "manifest.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


HEADER = "path,citizen_number,finger_position,impression,resolution_ppi"


def test_manifest_lines_become_samples_in_order(make_image: MakeImage, tmp_path: Path) -> None:
    make_image("prints/b.png")
    make_image("a.png")
    path = write_manifest(
        tmp_path, HEADER, "prints/b.png,001,right index,2,569", "", 'a.png,"002",6,1,', "a.png,002,LEFT_INDEX,1,1000.5"
    )
    samples = open_dataset(tmp_path)
    assert samples == open_dataset(path)
    assert [(s.path, s.subject, s.finger, s.impression, s.resolution_ppi) for s in samples] == [
        (tmp_path / "prints/b.png", "001", FingerPosition.RIGHT_INDEX, 2, 569),
        (tmp_path / "a.png", "002", FingerPosition.LEFT_THUMB, 1, None),
        (tmp_path / "a.png", "002", FingerPosition.LEFT_INDEX, 1, 1000.5),
    ]
    assert open_dataset(tmp_path, resolution_ppi=400)[1].resolution_ppi == 400


def test_manifest_may_say_subject_and_leave_the_resolution_out(make_image: MakeImage, tmp_path: Path) -> None:
    make_image("a.png")
    write_manifest(tmp_path, "impression,Subject,finger_position,path", "1,someone,0,a.png")
    assert open_dataset(tmp_path) == [
        DatasetSample(tmp_path / "a.png", "someone", FingerPosition.UNKNOWN, 1, None),
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("absent.png,079123,1,1,500", "path is not a file"),
        (",079123,1,1,500", "path is not a file"),
        ("a.png,,1,1,500", "citizen number or subject is empty"),
        ("a.png,079123,11,1,500", "finger_position"),
        ("a.png,079123,index,1,500", "finger_position"),
        ("a.png,079123,1,0,500", "impression"),
        ("a.png,079123,1,²,500", "impression"),
        ("a.png,079123,1,one,500", "impression"),
        ("a.png,079123,1,1,dpi", "resolution_ppi must be a number"),
        ("a.png,079123,1,1,nan", "resolution_ppi must be 100 to 2000"),
        ("a.png,079123,1,1", "4 values under 5 columns"),
        ('a.png,079123,1,1,"500', "unexpected end of data"),
    ],
)
def test_a_wrong_manifest_line_is_named_without_its_values(
    make_image: MakeImage, tmp_path: Path, line: str, says: str
) -> None:
    make_image("a.png")
    write_manifest(tmp_path, HEADER, "a.png,1,1,1,500", line)
    with pytest.raises(DatasetError, match=says) as caught:
        open_dataset(tmp_path)
    assert "line 3" in str(caught.value)
    assert "079123" not in str(caught.value)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("path,finger_position,impression", "exactly one of"),
        ("path,subject,citizen_number,finger_position,impression", "exactly one of"),
        ("subject,finger_position,impression", "path is missing"),
        ("path,path,subject,finger_position,impression", "twice"),
        ("", "exactly one of"),
    ],
)
def test_a_wrong_manifest_header_is_named(tmp_path: Path, header: str, says: str) -> None:
    write_manifest(tmp_path, header)
    with pytest.raises(DatasetError, match=says):
        open_dataset(tmp_path)


def test_a_manifest_without_lines_or_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = write_manifest(tmp_path, HEADER)
    with pytest.raises(DatasetError, match="lists no print"):
        open_dataset(tmp_path)
    path.write_bytes(HEADER.encode() + b"\n\xff\xfe\n")
    with pytest.raises(DatasetError, match="not UTF-8"):
        open_dataset(tmp_path)


def test_repeated_manifest_impressions_are_refused(make_image: MakeImage, tmp_path: Path) -> None:
    make_image("a.png")
    make_image("b.png")
    write_manifest(tmp_path, HEADER, "a.png,1,1,1,500", "b.png,1,RIGHT_THUMB,1,500")
    with pytest.raises(DatasetError, match=r"a\.png and b\.png"):
        open_dataset(tmp_path)


def test_real_sets_are_read_whole(real_data: Path) -> None:
    prints = open_dataset(real_data / "fvc2002" / "DB1_B")
    assert len(prints) == 80
    assert {sample.resolution_ppi for sample in prints} == {500}
    assert all(sample.iso_path.is_file() for sample in prints)
    if (real_data / "socofing").is_dir():
        people = open_dataset(real_data / "socofing", resolution_ppi=200)
        assert len({(sample.subject, sample.finger) for sample in people}) == len(people) == 600


def test_a_finger_image_record_is_a_print_too(tmp_path: Path) -> None:
    pixels = np.full((120, 100), 200, np.uint8)
    (tmp_path / "101_1.fir").write_bytes(write_finger_image(Image(pixels, 1000.0), FingerPosition.UNKNOWN))
    (tmp_path / "101_2.fir").write_bytes(b"FIR\x00020\x00")
    assert [sample.resolution_ppi for sample in load_fvc(tmp_path)] == [1000.0, 500.0]


def test_a_file_of_several_fingers_states_them_itself(tmp_path: Path) -> None:
    (tmp_path / "card.an2").write_bytes(b"1.001:")
    write_manifest(tmp_path, HEADER, "card.an2,079123,,1,")
    (sample,) = open_dataset(tmp_path)
    assert (sample.several, sample.finger) == (True, FingerPosition.UNKNOWN)
    assert int(read(sample).finger_position) == 0, "not stated"
