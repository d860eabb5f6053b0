"""The language of the command line: ours, or that of a system in Vietnamese; programs get the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from idverify.commands import views
from idverify.commands.telling import spoken
from idverify.domain.model import Language
from idverify.v1.types_pb2 import Decision, FingerPosition, SampleQuality

NAMES = ("IDVERIFY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def precise(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    yield
    spoken.speak(None)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, None),
        ({"LANG": "en_US.UTF-8"}, None),
        ({"LANG": "vi_VN.UTF-8"}, Language.VI),
        ({"LANG": "vi_VN", "LC_MESSAGES": "C"}, None),
        ({"LANG": "en_US", "LC_ALL": "vi"}, Language.VI),
        ({"LANG": "vie"}, None),
        ({"LANG": "vi_VN", "IDVERIFY_LANGUAGE": "en"}, Language.EN),
        ({"LANG": "vi_VN", "IDVERIFY_LANGUAGE": "xx"}, Language.VI),
    ],
)
def test_the_first_that_says_anything_decides(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: Language | None
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    spoken.speak_as_the_environment_asks()
    assert spoken.asked() is language
    spoken.speak_as_the_environment_asks(to_program=True)
    assert spoken.asked() is (language if "IDVERIFY_LANGUAGE" in environment and language is Language.EN else None)


def test_what_is_seen_of_a_print_is_told_in_either_language() -> None:
    poor = SampleQuality(score=3, minutiae=12, advice=["CAPTURE_ADVICE_SMALL_AREA"])
    assert told(Language.EN, poor) == (
        "NO_MATCH",
        "right-index",
        "3/100, 12 minutiae, not usable: Centre the finger and press a little more.",
        "1 in 10,000 (extrapolated)",
        "tries left",
        "whatever this is",
    )
    assert told(Language.VI, poor) == (
        "KHÔNG KHỚP",
        "ngón trỏ phải",
        "3/100, 12 điểm đặc trưng, không dùng được: Đặt ngón vào giữa và ấn thêm một chút.",
        "1 trên 10.000 (ngoại suy)",
        "số lần thử còn lại",
        "whatever this is",
    )


def told(language: Language, quality: SampleQuality) -> tuple[str, ...]:
    spoken.speak(language)
    return (
        views.decision_text(Decision.DECISION_NO_MATCH).plain,
        views.finger(FingerPosition.FINGER_POSITION_RIGHT_INDEX),
        views.quality_line(quality),
        views.error_rate(1e-4, 1e-3),
        spoken.label("tries left"),
        spoken.label("whatever this is"),
    )
