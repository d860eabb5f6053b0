"""Every layout on a small made-up folder of its own; lists by whatever names; lists of pairs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enroll_tools.datasets import LAYOUTS, DatasetError, open_dataset
from enroll_tools.datasets.layout import Layout
from enroll_tools.datasets.pair_list import is_pair_list, load_pairs, samples_of_pairs
from enroll_tools.datasets.research_list import load_list
from matcher.types import FingerPosition

FOLDERS = {
    "fvc": ["101_1.tif", "101_2.tif"],
    "socofing": ["1__M_Left_index_finger.BMP", "1__M_Left_index_finger_CR.BMP"],
    "casia": ["000/L/000_L0_0.bmp", "000/L/000_L0_1.bmp", "001/R/001_R3_4.bmp"],
    "polyu": ["DBI/1_1_1.jpg", "DBI/1_2_1.jpg", "DBI/2_1_1.jpg"],
    "sd4": ["figs_0/f0001_01.png", "figs_0/s0001_01.png", "figs_1/f0251_10.png"],
    "sd302": [
        "R/1000/00002302_R_1000_roll_02.png",
        "R/500/00002302_R_500_roll_02.png",
        "A/roll/png/00002302_A_roll_02.png",
        "U/slap/00002302_U_500_slap_11.png",
        "U/slap/00002302_U_500_slap_13.png",
    ],
}


def folder(root: Path, names: list[str]) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")
    return root


def test_every_layout_has_a_folder_here() -> None:
    assert {*FOLDERS, "manifest"} == set(LAYOUTS)


@pytest.mark.parametrize("name", [name for name in FOLDERS if name != "socofing"])
def test_a_layout_is_told_by_the_names_of_files(tmp_path: Path, name: str) -> None:
    folder(tmp_path, FOLDERS[name])
    assert open_dataset(tmp_path) == open_dataset(tmp_path, layout=name)
    others = [other for other in FOLDERS if other != name]
    for other in others:
        with pytest.raises(DatasetError):
            open_dataset(tmp_path, layout=other, resolution_ppi=500)


def told(root: Path, name: str) -> list[tuple[str, str, str, int, float | None]]:
    samples = open_dataset(folder(root, FOLDERS[name]), resolution_ppi=200 if name == "socofing" else None)
    return [(s.path.name, s.subject, s.finger.name, s.impression, s.resolution_ppi) for s in samples]


def test_casia_says_person_hand_and_finger(tmp_path: Path) -> None:
    assert told(tmp_path, "casia") == [
        ("000_L0_0.bmp", "000", "LEFT_THUMB", 1, 500),
        ("000_L0_1.bmp", "000", "LEFT_THUMB", 2, 500),
        ("001_R3_4.bmp", "001", "RIGHT_RING", 5, 500),
    ]


def test_polyu_counts_through_both_sessions(tmp_path: Path) -> None:
    assert [row[1:4] for row in told(tmp_path, "polyu")] == [
        ("1", "UNKNOWN", 1),
        ("1", "UNKNOWN", 2),
        ("2", "UNKNOWN", 1),
    ]
    assert {sample.encounter for sample in open_dataset(tmp_path)} == {"session 1", "session 2"}
    assert {sample.resolution_ppi for sample in open_dataset(tmp_path)} == {1200}


def test_sd4_says_rolling_position_and_sex(tmp_path: Path) -> None:
    folder(tmp_path, FOLDERS["sd4"])
    (tmp_path / "figs_0" / "f0001_01.txt").write_text("Gender: F\nClass: W\nHistory: f0001_01.pct W a0591.pct\n")
    (tmp_path / "figs_0" / "s0001_01.txt").write_text("Class: W\n")
    samples = open_dataset(tmp_path)
    assert [(s.subject, s.finger, s.impression, s.sex) for s in samples] == [
        ("0001", FingerPosition.RIGHT_THUMB, 1, "F"),
        ("0001", FingerPosition.RIGHT_THUMB, 2, ""),
        ("0251", FingerPosition.LEFT_LITTLE, 1, ""),
    ]


def test_sd302_says_device_capture_and_resolution_and_leaves_slaps_out(tmp_path: Path) -> None:
    samples = open_dataset(folder(tmp_path, FOLDERS["sd302"]))
    assert [(s.device, s.encounter, s.finger.name, s.impression, s.resolution_ppi) for s in samples] == [
        ("A", "roll", "RIGHT_INDEX", 1, None),
        ("R", "roll", "RIGHT_INDEX", 2, 1000),
        ("R", "roll", "RIGHT_INDEX", 3, 500),
        ("U", "slap", "RIGHT_THUMB", 1, 500),
    ]


def test_socofing_says_the_sex(tmp_path: Path) -> None:
    folder(tmp_path, FOLDERS["socofing"])
    assert {sample.sex for sample in open_dataset(tmp_path, resolution_ppi=200)} == {"M"}


def test_a_layout_of_ones_own_is_read(tmp_path: Path) -> None:
    own = Layout("own", "x", lambda names: "x" in names, lambda place, ppi: open_dataset(place, "fvc", ppi))
    assert len(open_dataset(folder(tmp_path, FOLDERS["fvc"]), layout=own)) == 2


LIST = """Subject_ID;FRGP;file;Gender;Sensor;DPI;remark
7;2;a.png;female;X1;500;
7;2;b.png;female;X2;;dry
7;thumb left of the table;c.png;F;X1;;
8;RIGHT-INDEX;a.png;M;X1;1000;
"""


def write(root: Path, text: str) -> Path:
    folder(root, ["a.png", "b.png", "c.png", "d.png"])
    file = root / "list.csv"
    file.write_text(text, encoding="utf-8-sig")
    return file


def test_a_list_is_read_by_whatever_names_its_columns_have(tmp_path: Path) -> None:
    samples = load_list(write(tmp_path, LIST), resolution_ppi=600)
    assert [(s.subject, s.finger.value, s.impression, s.sex, s.device, s.resolution_ppi) for s in samples] == [
        ("7", 2, 1, "F", "X1", 500),
        ("7", 2, 2, "F", "X2", 600),
        ("7/thumb left of the table", 0, 1, "F", "X1", 600),
        ("8", 2, 1, "M", "X1", 1000),
    ]


def test_columns_are_given_a_meaning(tmp_path: Path) -> None:
    file = write(tmp_path, "who\tscan\tno\nA\ta.png\t0\nA\tb.png\t1\n")
    with pytest.raises(DatasetError, match="say path=COLUMN"):
        load_list(file)
    samples = load_list(file, {"subject": "WHO", "path": "scan", "impression": "no"})
    assert [(s.subject, s.impression) for s in samples] == [("A", 1), ("A", 2)]
    for columns, says in (({"subject": "x"}, "no column 'x'"), ({"colour": "who"}, "no column means 'colour'")):
        with pytest.raises(DatasetError, match=says):
            load_list(file, columns)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names of the columns"),
        ("path,subject,PATH\n", "each once"),
        ("path,subject\n", "lists no print"),
        ("path,subject\na.png\n", "line 2: 1 values under 2"),
        ("path,subject\nx.png,1\n", "line 2: the path is not a file"),
        ("path,subject\na.png,\n", "line 2: the subject is empty"),
        ("path,subject,ppi\na.png,1,much\n", "line 2: the ppi must be a number"),
        ("path,subject,ppi\na.png,1,7\n", "line 2: ppi must be"),
        ('path,subject\n"a.png,1\n', "line 2"),
        ("path,subject,finger,impression\na.png,1,1,1\nb.png,1,1,1\n", "the same impression"),
    ],
)
def test_a_wrong_list_is_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DatasetError, match=says):
        load_list(write(tmp_path, text))


def test_a_list_in_another_encoding_or_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="expected a CSV file"):
        load_list(tmp_path / "none.csv")
    (tmp_path / "list.csv").write_bytes("path,subject\n\xe9,1\n".encode("latin-1"))
    with pytest.raises(DatasetError, match="not UTF-8"):
        load_list(tmp_path / "list.csv")


def test_pairs_make_prints_of_fingers(tmp_path: Path) -> None:
    file = write(tmp_path, "file1,file2,label\na.png,b.png,1\nc.png,b.png,genuine\na.png,d.png,0\n")
    assert is_pair_list(file)
    assert not is_pair_list(write(tmp_path / "other", LIST))
    samples = samples_of_pairs(file, load_pairs(file), 500)
    subjects = {s.path.name: s.subject for s in samples}
    assert len({subjects[name] for name in ("a.png", "b.png", "c.png")}) == 1
    assert subjects["d.png"] != subjects["a.png"]
    assert sorted(s.impression for s in samples) == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,genuine\na.png,1\n", "expected the columns a and b"),
        ("a,b\n", "lists no pair"),
        ("a,b,genuine\na.png,a.png,1\n", "line 2: expected two different files"),
        ("a,b,genuine\na.png,b.png,1\nb.png,a.png,1\n", "line 3: the pair of line 2 again"),
        ("a,b,genuine\na.png,b.png,perhaps\n", "line 2: genuine must be 1 or 0"),
        ("a,b\na.png,b.png\n", "needs a column genuine"),
        ("a,b,genuine\na.png,x.png,1\n", "line 2: a path is not a file"),
        ("a,b,genuine\na.png,b.png,1\nb.png,c.png,1\na.png,c.png,0\n", "line 4: an impostor pair"),
    ],
)
def test_wrong_pairs_are_named(tmp_path: Path, text: str, says: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(DatasetError, match=says):
        samples_of_pairs(file, load_pairs(file), 500)


@given(text=st.text(alphabet='ab,;\t"\n01é', max_size=60))
def test_any_text_is_a_list_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_text(text, encoding="utf-8")
    for read in (load_list, load_pairs):
        with suppress(DatasetError):
            assert read(file) == []  # no path of such a text is a file, and a list of nothing is refused
