"""The clients file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from idverify.access.callers import load_callers, local_caller
from idverify.domain.errors import DomainError, Reason, SettingsError
from idverify.domain.model import Role
from tests.places import DOCS


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "clients.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "clients"),
        ("[clients]", "clients"),
        ("[clients.a]", "roles"),
        ("[clients.a]\nroles = []", "roles"),
        ('[clients.a]\nroles = ["root"]', "roles"),
        ('[clients.a]\nroles = ["admin"]\nrole = "x"', "role"),
        ('[clients.a]\nroles = ["admin"]\ncertificate_sha256 = "AB"', "certificate_sha256"),
        ('[clients."a b"]\nroles = ["admin"]', "a b"),
        ('[clients.local-x]\nroles = ["admin"]', "local-"),
        ('[clients.operator]\nroles = ["admin"]', "what is no client: operator"),
        ('[clients.a]\nroles = ["admin"]\n[clients.b]\nroles = ["admin"]\ncertificate_name = "a"', "same certificate"),
        ("[clients.a", "not TOML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_callers(_write(tmp_path, text))


def test_the_example_of_the_page_is_understood(tmp_path: Path) -> None:
    page = (DOCS / "operations.md").read_text("utf-8")
    (example,) = re.findall(r"^```toml\n(.+?)^```", page, re.MULTILINE | re.DOTALL)
    assert load_callers(_write(tmp_path, example))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_callers(tmp_path / "missing.toml")


def test_no_certificate_is_nobody(tmp_path: Path) -> None:
    callers = load_callers(_write(tmp_path, '[clients.a]\nroles = ["admin"]'))
    with pytest.raises(DomainError) as caught:
        callers.caller_of(None)
    assert caught.value.reason is Reason.CLIENT_UNKNOWN


def test_the_local_caller_may_do_everything_and_is_named_so() -> None:
    assert local_caller("local-insecure").roles == frozenset(Role)
