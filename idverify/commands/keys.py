"""Who unlocks ``keys.json``: masters, listed, added, changed and retired on the host of the service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idverify.commands import views
from idverify.commands.operator import Config, DataDir, host_settings, on_the_host
from idverify.commands.session import out, print_json, refusals

if TYPE_CHECKING:
    from idverify.settings import Settings
    from idverify.trust.homes.home import KeyHome, Master
    from idverify.trust.key_file import KeyFile

Name = Annotated[str, typer.Argument(help="Name of the master: small letters, digits, dashes.")]
File = Annotated[Path | None, typer.Option(help="Make it in this file, which must not be there; else in the token.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def masters(config: Config = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """List the masters that unlock keys.json, and which the service asks first. None: it is not locked."""
    from idverify.trust.key_file import read_key_file  # noqa: PLC0415 - the server's libraries, as in all of these

    _told(config, data_dir, as_json, lambda settings, home: read_key_file(settings.master_key_file, home))


def add_master(
    name: Name, config: Config = None, data_dir: DataDir = None, file: File = None, as_json: AsJson = False
) -> None:
    """Let another master unlock keys.json too. Run it on the host of the service, which goes on."""
    from idverify.trust import key_masters  # noqa: PLC0415

    def act(settings: Settings, home: KeyHome) -> KeyFile:
        return key_masters.add_master(settings.master_key_file, home, name, _made(settings, file), _now())

    _told(config, data_dir, as_json, act)


def rewrap(name: Name, config: Config = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Have the service ask another master first, wrapped anew by it; the data stays as it is."""
    from idverify.trust import key_masters  # noqa: PLC0415

    _told(config, data_dir, as_json, lambda s, home: key_masters.rewrap(s.master_key_file, home, name, _now()))


def rotate_master(
    name: Name, config: Config = None, data_dir: DataDir = None, file: File = None, as_json: AsJson = False
) -> None:
    """Make a new master and have the service ask it first; those of before unlock until they are retired."""
    from idverify.trust import key_masters  # noqa: PLC0415

    def act(settings: Settings, home: KeyHome) -> KeyFile:
        return key_masters.rotate_master(settings.master_key_file, home, name, _made(settings, file), _now())

    _told(config, data_dir, as_json, act)


def retire(name: Name, config: Config = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Let a master unlock keys.json no more. Copies that were made before it still unlocks."""
    from idverify.trust import key_masters  # noqa: PLC0415

    _told(config, data_dir, as_json, lambda s, home: key_masters.retire_master(s.master_key_file, home, name, _now()))


def _told(
    config: Path | None, data_dir: Path | None, as_json: bool, act: Callable[[Settings, KeyHome], KeyFile]
) -> None:
    from idverify.start.keys.home import key_home  # noqa: PLC0415

    with refusals(as_json), on_the_host():
        settings = host_settings(config, data_dir=data_dir)
        file = act(settings, key_home(settings))
    rows = [
        (name, each.reference["home"], each.reference.get("path", ""), "first" if name == file.first else "")
        for name, each in file.masters.items()
    ]
    if as_json:
        fields = ("name", "home", "path")
        print_json({"first": file.first, "masters": [dict(zip(fields, row, strict=False)) for row in rows]})
    else:
        out().print(views.listing(("master", "home", "file", ""), rows))


def _made(settings: Settings, file: Path | None) -> Callable[[], Master]:
    from idverify.start.keys.home import token_home  # noqa: PLC0415
    from idverify.trust.homes.master_file import FileMaster  # noqa: PLC0415

    def make() -> Master:
        return FileMaster.new(file) if file is not None else token_home(settings).new_master()

    return make


def _now() -> datetime:
    return datetime.now(UTC)
