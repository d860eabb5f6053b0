"""The commands that say who unlocks keys.json, by files and by a token."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.start.keys import home
from idverify.trust.key_file import load_master_keys, load_or_create_master_keys
from tests.tokens import SoftToken

Keys = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    load_or_create_master_keys(tmp_path / "data" / "keys.json")
    return tmp_path


@pytest.fixture
def keys(folder: Path) -> Keys:
    """Run a command with the settings of a file; return what it says, or of an error its exit code and reason."""
    config = folder / "idverify.toml"
    config.write_text(f"data_dir = {json.dumps(str(folder / 'data'))}\n")
    app = build_app()

    def run(*arguments: object) -> Any:
        command = ["keys", *map(str, arguments), "--config", str(config), "--json"]
        result = CliRunner().invoke(app, command)
        if result.exit_code:
            return result.exit_code, json.loads(result.stderr)["error"]["message"]
        return json.loads(result.stdout)

    return run


def shown(first: str, *masters: tuple[str, str, str]) -> dict[str, object]:
    listed = [dict(zip(("name", "home", "path"), master, strict=True)) for master in masters]
    return {"first": first, "masters": listed}


def test_masters_in_files(folder: Path, keys: Keys) -> None:
    secrets = load_master_keys(folder / "data" / "keys.json")
    beside, one, two = ("file", "file", ""), *((name, "file", str(folder / name)) for name in ("one", "two"))
    assert keys("masters") == shown("")
    assert keys("add-master", "one", "--file", folder / "one") == shown("file", beside, one)
    assert keys("rewrap", "one") == shown("one", beside, one)
    assert keys("rotate-master", "two", "--file", folder / "two") == shown("two", beside, one, two)
    assert keys("retire", "file") == shown("two", one, two)
    assert keys("masters") == shown("two", one, two)
    before = (folder / "data" / "keys.json").read_bytes()
    for arguments, said in [
        (("add-master", "one", "--file", folder / "three"), "there is a master one already"),
        (("add-master", "four", "--file", folder / "two"), "File exists"),
        (("add-master", "four"), "there is no token"),
        (("rotate-master", "Five", "--file", folder / "five"), "of small letters"),
        (("rewrap", "six"), "there is no master six"),
        (("retire", "two"), "asks first"),
    ]:
        code, message = keys(*arguments)
        assert (code, said in message) == (2, True), message
    (folder / "one").unlink()
    code, message = keys("rewrap", "one")
    assert (code, "a master, cannot be read" in message) == (2, True)
    assert (folder / "data" / "keys.json").read_bytes() == before
    assert load_master_keys(folder / "data" / "keys.json") == secrets


def test_a_service_that_is_started_again_and_again_asks_the_token_once(tmp_path: Path, token: SoftToken) -> None:
    token.pin_file.write_text("0000")
    config = tmp_path / "idverify.toml"
    facts = {"data_dir": tmp_path / "data", "key_home": "pkcs11", "listen": "127.0.0.1:0", **token.settings}
    config.write_text("".join(f"{name} = {json.dumps(str(value))}\n" for name, value in facts.items()))
    for start in range(3):
        home._token.cache_clear()  # as in a process of its own
        result = CliRunner().invoke(build_app(), ["serve", "--config", str(config)])
        assert (result.exit_code, "the token refuses the PIN" in result.stderr) == (2, True), result.output
        if not start:
            token.vanish()


def test_masters_in_a_token(folder: Path, keys: Keys, token: SoftToken) -> None:
    with (folder / "idverify.toml").open("a") as config:
        config.writelines(f"{name} = {json.dumps(str(value))}\n" for name, value in token.settings.items())
        config.write('key_home = "pkcs11"\n')
    safe = ("safe", "file", str(folder / "safe"))
    keys("add-master", "hsm")
    keys("add-master", "safe", "--file", folder / "safe")
    keys("rewrap", "hsm")
    assert keys("retire", "file") == shown("hsm", ("hsm", "pkcs11", ""), safe)
    rotated = keys("rotate-master", "hsm-2")
    assert rotated["first"] == "hsm-2"
    assert keys("retire", "hsm") == shown("hsm-2", safe, ("hsm-2", "pkcs11", ""))
    (folder / "safe").unlink()
    assert keys("masters")["first"] == "hsm-2", "the token alone unlocks it"


@pytest.mark.parametrize("command", ["rotate", "rotate-log", "rotate-document"])
def test_a_rotation_without_the_master_says_so(folder: Path, keys: Keys, command: str) -> None:
    keys("rotate-master", "a", "--file", folder / "a")
    keys("retire", "file")
    (folder / "a").unlink()
    code, message = keys(command)
    assert (code, "a master, cannot be read" in message) == (2, True), message
