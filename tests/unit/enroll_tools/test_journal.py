"""The journal of bulk enrolment: what it remembers after any interruption."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enroll_tools.bulk.journal import Entry, Journal, JournalError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "set.journal"


def test_entries_are_found_after_opening_again(path: Path) -> None:
    with Journal(path) as journal:
        first_id = journal.id
        journal.add(Entry("a", subject_id="s"))
        journal.add(Entry("b", reason="SAMPLE_QUALITY_LOW"))
        journal.add(Entry("b", subject_id="t", left_out=2))
    with Journal(path) as journal:
        assert journal.id == first_id
        assert journal.find("a") == Entry("a", subject_id="s")
        assert journal.find("b") == Entry("b", subject_id="t", left_out=2)  # the last word
        assert journal.find("c") is None


def test_request_ids_follow_from_journal_and_content(path: Path, tmp_path: Path) -> None:
    with Journal(path) as journal:
        first = journal.request_id("a")
        assert first != journal.request_id("b")
        assert str(uuid.UUID(first)) == first
    with Journal(path) as journal, Journal(tmp_path / "other") as other:
        assert journal.request_id("a") == first
        assert other.request_id("a") != first


@given(cut=st.integers(1, 40))
def test_a_torn_last_line_is_as_if_never_written(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("torn") / "j"
    with Journal(path) as journal:
        journal.add(Entry("a", subject_id="s"))
        kept = path.stat().st_size
        journal.add(Entry("b", subject_id="t"))
    content = path.read_bytes()
    path.write_bytes(content[: max(kept, len(content) - cut)])
    with Journal(path) as journal:
        assert journal.find("a") is not None
        assert journal.find("b") is None
        journal.add(Entry("c"))
    with Journal(path) as journal:
        assert journal.find("c") is not None


def test_a_journal_torn_in_its_first_line_begins_anew(path: Path) -> None:
    Journal(path).close()
    path.write_bytes(path.read_bytes()[:10])
    with Journal(path) as journal:
        assert journal.find("a") is None


def test_one_process_at_a_time(path: Path) -> None:
    with Journal(path), pytest.raises(JournalError, match="in use"):
        Journal(path)
    Journal(path).close()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"hello\n", "not a journal"),
        (b"{}\n", "not a journal"),
        (b'{"format": "idverify-bulk-journal-9", "id": "x"}\n', "another version"),
        (b'{"format": "idverify-bulk-journal-1", "id": "x"}\n', "not a journal"),
        (b'{"format": "idverify-bulk-journal-1", "id": "00000000-0000-4000-8000-000000000000"}\n[]\n', "not a journal"),
        (b'{"format": "idverify-bulk-journal-1", "id": "00000000-0000-4000-8000-000000000000"}\n{"k": 1}\n', "not a"),
    ],
)
def test_other_files_are_refused_and_left_alone(path: Path, content: bytes, says: str) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(JournalError, match=says):
        Journal(path)
    assert path.read_bytes() == content
