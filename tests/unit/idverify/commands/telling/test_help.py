"""Help in Vietnamese, where it is asked for."""

from __future__ import annotations

import pytest
import typer

from idverify.cli import build_app
from idverify.commands.telling import spoken
from idverify.commands.telling.help import tell_in_their_language


@pytest.mark.parametrize(
    ("arguments", "language", "vietnamese"),
    [
        (["verify", "--help"], "", False),
        (["verify", "--help"], "vi_VN.UTF-8", True),
        (["verify", "--lang", "vi", "--help"], "", True),
        (["verify", "--language=vi", "--help"], "", True),
        (["verify", "--lang", "en", "--help"], "vi_VN.UTF-8", False),
        (["verify", "--help", "--lang"], "", False),
    ],
)
def test_what_a_command_does_is_told_in_the_language_asked_for(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], language: str, *, vietnamese: bool
) -> None:
    for name in (spoken.OUR_OWN, "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", language)
    command = typer.main.get_command(build_app())
    tell_in_their_language(command, arguments)
    spoken.speak(None)
    verify = command.commands["verify"]  # type: ignore[attr-defined]
    assert ("đúng là công dân" in verify.help) is vietnamese
    assert "Exit code" in verify.help
    (server,) = (option for option in verify.params if option.name == "server")
    assert ("của dịch vụ" in server.help) is vietnamese
