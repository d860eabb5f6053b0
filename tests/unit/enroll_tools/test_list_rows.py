"""Lists in Parquet: they say what the same list in CSV says, and what none can say is refused without its value."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from enroll_tools.datasets import DatasetError, StatedPerson, open_listing

NUMBER = "027199000001"
PRINT: dict[str, Any] = {"path": "a.png", "citizen_number": NUMBER, "finger_position": 2, "impression": 1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(b"print")
    return tmp_path


def parquet(folder: Path, *rows: dict[str, Any]) -> Path:
    pytest.importorskip("pyarrow", reason="make install-cluster has pyarrow")
    from pyarrow import Table
    from pyarrow.parquet import write_table

    write_table(Table.from_pylist(list(rows)), folder / "list.parquet", row_group_size=2)
    return folder / "list.parquet"


def test_a_list_says_in_parquet_what_it_says_in_csv(folder: Path) -> None:
    named = {"Full_Name": " Nguyễn Thị Thử ", "birth_date": date(1999, 5, 1), "resolution_ppi": 500.5}
    written = parquet(
        folder,
        PRINT | named,
        PRINT | {"finger_position": 7, "impression": 2.0} | dict.fromkeys(named),
        dict.fromkeys(PRINT | named),
        PRINT | {"finger_position": 0} | dict.fromkeys(named),
    )
    same = folder / "list.csv"
    same.write_text(
        "path,citizen_number,finger_position,impression,full_name,birth_date,resolution_ppi\n"
        f"a.png,{NUMBER},RIGHT_INDEX,1,Nguyễn Thị Thử,1999-05-01,500.5\n"
        f"a.png,{NUMBER},left index,2,,,\n,,,,,,\na.png,{NUMBER},0,1,,,\n",
        encoding="utf-8",
    )
    read = open_listing(written)
    assert read == open_listing(same)
    assert read.people == {NUMBER: StatedPerson("Nguyễn Thị Thử", "1999-05-01", "", None)}
    assert [sample.line for sample in read.samples] == [1, 2, 4]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"citizen_number": int(NUMBER)}, "line 1: citizen_number must be a column of text"),
        ({"impression": True}, "line 1: impression must be text, a number or a date"),
        ({"path": b"a.png"}, "line 1: path must be text, a number or a date"),
        ({"finger_position": 11}, "line 1: finger_position must be 0 to 10"),
        ({"resolution_ppi": float("nan")}, "line 1: resolution_ppi must be 100 to 2000"),
        ({"age": 20}, "column 'age' is none of those known"),
    ],
)
def test_what_no_list_says_is_named_without_its_value(folder: Path, changed: dict[str, Any], says: str) -> None:
    with pytest.raises(DatasetError, match=says) as caught:
        open_listing(parquet(folder, PRINT | changed))
    assert NUMBER.lstrip("0") not in str(caught.value)


def test_a_damaged_file_is_refused(folder: Path) -> None:
    whole = parquet(folder, PRINT).read_bytes()
    for damaged in (b"", b"PAR1", whole[:-20] + whole[-8:], whole[: len(whole) // 2]):
        (folder / "list.parquet").write_bytes(damaged)
        with pytest.raises(DatasetError, match="not a Parquet file, or damaged"):
            open_listing(folder / "list.parquet")


def test_without_pyarrow_it_is_said_what_reads_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (folder / "list.parquet").write_bytes(b"PAR1")
    with pytest.raises(DatasetError, match=r"idverify\[bulk\]"):
        open_listing(folder / "list.parquet")
