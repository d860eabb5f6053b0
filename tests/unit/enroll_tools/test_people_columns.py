"""Lists of real people: what their columns take, and what is refused by line and column, without values."""

from __future__ import annotations

from pathlib import Path

import pytest

from enroll_tools.datasets import DatasetError, Listing, StatedPerson, open_dataset, open_listing

HEADER = "citizen_number,full_name,birth_date,sex,records,encounter,path,finger_position,impression"
NUMBER = "027199000001"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(b"print")
    (tmp_path / "r.json").write_text('{"residence": {"permanent_address": "Thử"}}', encoding="utf-8")
    return tmp_path


def listing(folder: Path, *lines: str, header: str = HEADER) -> Listing:
    (folder / "manifest.csv").write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return open_listing(folder)


def test_what_one_line_says_of_a_person_holds_for_all(folder: Path) -> None:
    read = listing(
        folder,
        f"{NUMBER},,,,,first,a.png,1,1",
        f"{NUMBER},Nguyễn Thị Thử,1999-05-01,F,r.json,first,a.png,2,1",
        f"{NUMBER},Nguye\u0302\u0303n Thi\u0323 Thu\u031b\u0309,,,,second,a.png,1,2",  # as another keyboard has it
        "027199009,Trần Văn Thử,1960,,,,a.png,1,1",
    )
    assert read.people == {
        NUMBER: StatedPerson("Nguyễn Thị Thử", "1999-05-01", "F", folder / "r.json"),
        "027199009": StatedPerson("Trần Văn Thử", "1960", "", None),
    }
    assert [(s.encounter, s.line) for s in read.samples] == [("first", 2), ("first", 3), ("second", 4), ("", 5)]
    assert open_dataset(folder) == read.samples
    assert NUMBER not in repr(read.people[NUMBER])
    assert "Nguyễn" not in repr(read)


def test_a_list_without_names_is_a_test_set(folder: Path) -> None:
    assert listing(folder, f"{NUMBER},a.png,1,1", header="citizen_number,path,finger_position,impression").people == {}


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("12345,Trần Bí Mật,,,,,a.png,1,1", "citizen_number must have 12 digits"),
        (f"{NUMBER},{'Bí' * 51},,,,,a.png,1,1", "full_name must be at most 100"),
        (f"{NUMBER},Bí\u200eMật,,,,,a.png,1,1", "full_name must be"),
        (f"{NUMBER},Bí Mật,1.5.1999,,,,a.png,1,1", "birth_date must be"),
        (f"{NUMBER},Bí Mật,1999-02-30,,,,a.png,1,1", "birth_date must be"),
        (f"{NUMBER},Bí Mật,,Nam,,,a.png,1,1", "sex must be"),
        (f"{NUMBER},Bí Mật,,,none.json,,a.png,1,1", "records must name a JSON file"),
        (f"{NUMBER},Bí Mật,,,a.png,,a.png,1,1", "records must name a JSON file"),
        (f"{NUMBER},Bí Mật,,,list.json,,a.png,1,1", "records must name a file of one JSON object"),
        (f"{NUMBER},Bí Mật,,,twice.json,,a.png,1,1", "records must name a JSON file"),
        (f"{NUMBER},Bí Mật,,,nan.json,,a.png,1,1", "records must name a JSON file"),
        (f"{NUMBER},Bí Mật,,,,{'e' * 65},a.png,1,1", "encounter must have at most 64"),
        (f"{NUMBER},,,,,,a.png,1,1", "full_name is empty in every line"),
    ],
)
def test_a_bad_row_is_named_by_line_and_column_without_its_values(folder: Path, line: str, column: str) -> None:
    (folder / "list.json").write_text("[]")
    (folder / "twice.json").write_text('{"residence": {}, "residence": {}}')
    (folder / "nan.json").write_text('{"residence": {"a": NaN}}')
    with pytest.raises(DatasetError, match=f"line 3: {column}") as caught:
        listing(folder, "027199000002,Lê Văn Thử,,,,,a.png,1,1", line)
    for value in (NUMBER, "Bí", "1999", "Nam", "none"):
        assert value not in str(caught.value)


def test_a_person_is_not_two(folder: Path) -> None:
    first = f"{NUMBER},Nguyễn Thị Thử,1999-05-01,F,r.json,,a.png,1,1"
    for other, column in (
        (f"{NUMBER},Nguyễn Thị Khác,,,,,a.png,2,1", "full_name"),
        (f"{NUMBER},,1999-05-02,,,,a.png,2,1", "birth_date"),
        (f"{NUMBER},,,M,,,a.png,2,1", "sex"),
        (f"{NUMBER},,,,s.json,,a.png,2,1", "records"),
    ):
        with pytest.raises(DatasetError, match=f"line 3: {column} is not what an earlier line"):
            listing(folder, first, other)


def test_several_faults_are_named_at_once_and_not_without_end(folder: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        listing(folder, *[f"{NUMBER},Bí Mật,,x,,,a.png,1,{n}" for n in range(1, 30)])
    assert str(caught.value).count("sex must be") == 20
    assert "line 2: sex" in str(caught.value)
    assert "line 21: sex" in str(caught.value)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("citizen_number,name,path,finger_position,impression", "column 'name' is none of those known: .*full_name"),
        ("subject,full_name,path,finger_position,impression", "column full_name needs the columns citizen_number"),
        ("citizen_number,sex,path,finger_position,impression", "column sex needs the columns citizen_number and full"),
    ],
)
def test_a_column_that_would_be_ignored_is_refused(folder: Path, header: str, says: str) -> None:
    with pytest.raises(DatasetError, match=f"line 1: {says}"):
        listing(folder, header=header)
