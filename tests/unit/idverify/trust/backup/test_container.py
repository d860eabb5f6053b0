"""A backup's file: what was put in comes out, for who has the key; cut, changed or another's it is refused."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.trust.backup.container import new_file, opened, part_of, write_parts
from idverify.trust.backup.envelope import new_identity, require_recipients, sealing, unsealing
from idverify.trust.backup.manifest import DATABASE, NAMES, Manifest
from idverify.trust.secret_file import KeyFileError, creating
from tests.unit.idverify.trust.backup.test_manifest import MANIFEST


class Kit:
    """A key, files, and a backup of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, folder / "key"
        self.recipient = new_identity(self.key)
        self.files = {name: folder / name for name in NAMES}
        for number, path in enumerate(self.files.values()):
            path.write_bytes(bytes([number]) * (300_000 if path.name == DATABASE else 512 + number))
        parts = tuple(part_of(name, path) for name, path in self.files.items())
        self.manifest = replace(MANIFEST, parts=parts)
        self.backup = self.write("backup")

    def write(self, name: str, manifest: Manifest | None = None) -> Path:
        path = self.folder / name
        with creating(path) as file, sealing(file, [self.recipient]) as stream:
            write_parts(stream, manifest or self.manifest, self.files, lambda *_: None)
        return path

    def sealed(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        with creating(path) as file, sealing(file, [self.recipient]) as stream:
            stream.write(content)
        return path

    def read(self, path: Path, key: Path | None = None) -> tuple[Manifest, Path]:
        to = self.folder / f"out of {path.name}"
        to.mkdir()
        with opened(path, key or self.key) as (manifest, extract):
            extract(lambda name: new_file(to / name), lambda *_: None)
        return manifest, to


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


def test_what_was_put_in_comes_out(kit: Kit) -> None:
    manifest, to = kit.read(kit.backup)
    assert manifest == kit.manifest
    assert {path.name: path.read_bytes() for path in to.iterdir()} == {
        name: path.read_bytes() for name, path in kit.files.items()
    }
    assert {path.stat().st_mode & 0o777 for path in (*to.iterdir(), kit.backup, kit.key)} == {0o600}


def test_progress_is_told(kit: Kit) -> None:
    told: list[tuple[str, int, int]] = []
    with (kit.folder / "again").open("wb") as file, sealing(file, [kit.recipient]) as stream:
        write_parts(stream, kit.manifest, kit.files, lambda *each: told.append(each))
    assert told[-1] == (DATABASE, 300_000, 300_000)


@pytest.mark.parametrize("kept", [0, 100, 400, 100_000, -1])
def test_a_cut_is_refused(kit: Kit, kept: int) -> None:
    path = kit.folder / "cut"
    path.write_bytes(kit.backup.read_bytes()[:kept])
    with pytest.raises(StoredDataError, match=r"damaged or cut|no backup"):
        kit.read(path)


@pytest.mark.parametrize("place", [3, 60, 250, 1000, 200_000, -1])
def test_one_changed_byte_is_refused(kit: Kit, place: int) -> None:
    content = bytearray(kit.backup.read_bytes())
    content[place] ^= 1
    path = kit.folder / "changed"
    path.write_bytes(content)
    with pytest.raises(StoredDataError, match=r"damaged or cut|no backup"):
        kit.read(path)


def test_another_key_opens_nothing(kit: Kit) -> None:
    other = kit.folder / "other"
    new_identity(other)
    with pytest.raises(StoredDataError, match="one for another key"):
        kit.read(kit.backup, other)


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"AGE-SECRET-KEY-1X\n", b"\xff\n"])
def test_what_is_no_key_is_refused(kit: Kit, content: bytes) -> None:
    path = kit.folder / "none"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="holds no private key"):
        kit.read(kit.backup, path)


def test_a_key_that_others_can_read_is_refused(kit: Kit) -> None:
    kit.key.chmod(0o640)
    with pytest.raises(KeyFileError, match="can be read or changed by others"):
        kit.read(kit.backup)


@pytest.mark.parametrize("recipients", [[], ["age1x"], ["ssh-ed25519 AAAA"]])
def test_what_is_no_recipient_is_refused(recipients: Sequence[str]) -> None:
    with pytest.raises(SettingsError, match="recipient"):
        require_recipients(recipients)


def test_a_key_is_not_written_over_another(kit: Kit) -> None:
    before = kit.key.read_bytes()
    with pytest.raises(FileExistsError):
        new_identity(kit.key)
    assert kit.key.read_bytes() == before


def test_a_full_disk_is_told_as_that(kit: Kit) -> None:
    class Full(io.BytesIO):
        def write(self, content: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left") as told, sealing(Full(), [kit.recipient]) as stream:
        stream.write(bytes(1 << 20))
    assert told.value.errno == 28


def test_what_goes_wrong_in_the_block_is_raised_as_it_is(kit: Kit) -> None:
    def leave(stream: BinaryIO) -> None:
        if stream.readable():
            stream.read(10)
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"), unsealing(kit.backup, kit.key) as stream:
        leave(stream)
    with pytest.raises(KeyError, match="mine"), sealing(io.BytesIO(), [kit.recipient]) as stream:
        leave(stream)


def tar(*members: tuple[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.type, member.size = kind, len(content) if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive" * 200,
        tar(),
        tar(("other", b"{}")),
        tar(("manifest.json", b"{}")),
        tar(("manifest.json", b"{}"), kind=tarfile.SYMTYPE),
        tar(("manifest.json", bytes((1 << 20) + 1))),
        tar(("manifest.json", MANIFEST.encoded())),
        tar(("manifest.json", MANIFEST.encoded()), ("keys.json", bytes(10))),
        tar(("manifest.json", MANIFEST.encoded()), ("../keys.json", bytes(10))),
        tar(("manifest.json", MANIFEST.encoded()), ("keys.json", bytes(11))),
    ],
)
def test_other_content_is_refused(kit: Kit, content: bytes) -> None:
    with pytest.raises(StoredDataError, match="backup"):
        kit.read(kit.sealed("other", content))


def test_a_file_that_is_not_what_the_manifest_says_is_refused(kit: Kit) -> None:
    parts = tuple(replace(part, sha256="0" * 64) if part.name == DATABASE else part for part in kit.manifest.parts)
    with pytest.raises(StoredDataError, match="is not what its manifest says"):
        kit.read(kit.write("false", replace(kit.manifest, parts=parts)))
