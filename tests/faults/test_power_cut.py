"""What a power cut leaves, as the replayed record has it."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tests.faults.power_cut import Change, Replayed, cuts, read_record

ROOT = PurePosixPath("/disk")


def changes(*lines: str) -> list[Change]:
    """Return changes; a write is of as many letters as it says."""
    record = b""
    for line in lines:
        record += line.replace(" ", "\t").encode() + b"\n"
        if line.startswith("write"):
            record += b"x" * int(line.rpartition(" ")[2])
    return list(read_record(record))


def left(how: str, *lines: str) -> dict[str, int | None]:
    """Return the files that are left with their sizes; folders without."""
    disk = Replayed(ROOT)
    for change in changes(*lines):
        disk.apply(change)
    return {str(path): None if content is None else len(content) for path, content in disk.left(how)}


MADE = ("open 3 1 0 /disk/file", "write 3 0 1024")
FOLDER = "open 4 0 0 /disk"


def test_a_file_is_there_when_it_was_synced_and_its_folder_too() -> None:
    assert left("nothing", *MADE) == {}
    assert left("nothing", *MADE, "sync 3") == {}
    assert left("nothing", *MADE, "sync 3", FOLDER, "sync 4") == {"file": 1024}
    assert left("nothing", *MADE, FOLDER, "sync 4") == {"file": 0}
    assert left("names", *MADE) == {"file": 0}
    assert left("all", *MADE) == {"file": 1024}


def test_a_write_is_torn_at_a_sector() -> None:
    synced = (*MADE, "sync 3", FOLDER, "sync 4")
    assert left("torn", *synced, "write 3 1024 4096") == {"file": 1024 + 2048}
    assert left("torn", *synced, "write 3 1024 4096", "write 3 5120 24") == {"file": 5120 + 12}
    assert left("last", *synced, "write 3 1024 4096", "write 3 5120 24") == {"file": 5144}
    assert left("torn", *synced, "write 3 1024 1024", "length 3 10") == {"file": 2048}


def test_a_new_length_counts_when_it_was_synced() -> None:
    synced = (*MADE, "sync 3", FOLDER, "sync 4", "length 3 10")
    assert left("nothing", *synced) == {"file": 1024}
    assert left("nothing", *synced, "sync 3") == {"file": 10}
    assert left("all", *synced, "length 3 20") == {"file": 20}


def test_a_name_changes_with_its_folder() -> None:
    there = (*MADE, "sync 3", "close 3", FOLDER, "sync 4")
    assert left("nothing", *there, "rename /disk/file /disk/new") == {"file": 1024}
    assert left("nothing", *there, "rename /disk/file /disk/new", "sync 4") == {"new": 1024}
    assert left("nothing", *there, "link /disk/file /disk/too", "unlink /disk/file", "sync 4") == {"too": 1024}
    assert left("nothing", *there, "unlink /disk/file") == {"file": 1024}


def test_a_folder_that_was_not_synced_takes_all_with_it() -> None:
    inner = (
        "mkdir /disk/a",
        "open 3 1 0 /disk/a/file",
        "write 3 0 10",
        "sync 3",
        "open 4 0 0 /disk/a",
        "sync 4",
        "close 4",
    )
    assert left("nothing", *inner) == {}
    assert left("nothing", *inner, FOLDER, "sync 4") == {"a": None, "a/file": 10}


def test_an_emptied_file_is_empty_when_it_is_synced() -> None:
    there = (*MADE, "sync 3", "close 3", FOLDER, "sync 4", "open 5 0 1 /disk/file")
    assert left("nothing", *there) == {"file": 1024}
    assert left("nothing", *there, "sync 5") == {"file": 0}


def test_the_index_of_a_log_is_made_anew() -> None:
    assert left("all", "open 3 1 0 /disk/x.db-shm", "write 3 0 10") == {}


def test_a_cut_knows_what_was_acknowledged_before_it() -> None:
    found = list(cuts(changes(*MADE, "sync 3", "mark one answer", "write 3 0 1", "sync 3")))
    assert [(cut.number, cut.acknowledged) for cut in found] == [
        (2, {}),
        (4, {"one": "answer"}),
        (5, {"one": "answer"}),
        (6, {"one": "answer"}),
    ]


def test_what_is_not_known_is_no_change() -> None:
    with pytest.raises(AttributeError):
        Replayed(ROOT).apply(Change("guess", ()))
