"""Messages by file, name, form and language; days and moments as officials write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from idverify import texts
from idverify.domain.guidance.language import Text, sentences, worded

DAY = date(2026, 1, 5)
LETTER: dict[str, texts.Value] = {"kind": "x", "received": DAY, "id": "a-1"}


def test_a_message_is_said_in_either_language() -> None:
    assert texts.said("letters", "kind-ACCESS", "vi") == "cung cấp dữ liệu cá nhân"
    assert texts.said("letters", "kind-ACCESS", "en") == "access to personal data"


def test_days_are_written_as_officials_of_the_language_do() -> None:
    assert "ngày 05/01/2026" in texts.said("letters", "state-OPEN", "vi", LETTER)
    assert "on 5 January 2026" in texts.said("letters", "state-OPEN", "en", LETTER)


def test_a_moment_is_written_with_its_hour() -> None:
    moment = datetime(2026, 1, 5, 7, 4, tzinfo=UTC)
    assert texts.written(moment, "vi") == "07:04 ngày 05/01/2026"
    assert texts.written(moment, "en") == "5 January 2026, 07:04"


@pytest.mark.parametrize(
    ("message", "values"),
    [("nothing", {}), ("kind-ACCESS.nothing", {}), ("state-OPEN", {}), ("state-OPEN", {"kind": "x", "id": "y"})],
)
def test_what_is_not_there_is_not_made_up(message: str, values: dict[str, texts.Value]) -> None:
    with pytest.raises(LookupError):
        texts.said("letters", message, "vi", values)


def test_patterns_keep_their_variables() -> None:
    said = texts.patterns("letters", "vi")
    assert said["kind-ACCESS"] == "cung cấp dữ liệu cá nhân"
    assert said["due"] == "Thời hạn thực hiện: ngày { DAY($day) }."


def test_a_text_within_a_text_is_said_in_its_language() -> None:
    whole = worded("letters", "state-OPEN", kind=Text("một", "one"), received=DAY, id="a-1")
    assert whole.vi.startswith("Yêu cầu một,")
    assert whole.en.startswith("The request for one,")
    assert sentences([Text("A.", "B."), Text("C.", "D.")]) == Text("A. C.", "B. D.")


def test_all_is_read_at_once_for_who_runs_long() -> None:
    texts.read_all()
    assert "letters" in texts.files()
