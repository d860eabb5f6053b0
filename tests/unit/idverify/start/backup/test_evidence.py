"""What outlived a register tells how much of it a restored backup has not; what is another's tells nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import StoredDataError
from idverify.domain.model import LogHead, TrailHead
from idverify.settings import Settings, load_settings
from idverify.start.backup.evidence import Evidence, last_event
from idverify.trust.backup.erasure_list import Mark
from idverify.trust.backup.manifest import Manifest
from idverify.trust.key_file import load_or_create_master_keys
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import load_or_create_log_keys, rotate_log_keys
from idverify.trust.log.tiles import TileFolder, published_in
from idverify.trust.trail_file import TrailFile, Witness
from tests.contract.store_kit import NOW

ROOT = b"\x05" * 32
MANIFEST = Manifest(
    NOW, "issuer", "0025", TrailHead(50, "ab" * 32), LogHead(10, 40, ROOT), "", {}, Mark(0, "cd" * 32), ()
)


class Lost:
    """A register of which a trail's file and a log are left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.options = {"data_dir": folder}
        self.keys = load_or_create_master_keys(self.settings.master_key_file)
        self.log_keys = load_or_create_log_keys(self.settings.log_key_file, self.keys, "issuer")

    @property
    def settings(self) -> Settings:
        return load_settings(**self.options)

    def checkpoint(self, size: int) -> Path:
        path = self.folder / f"checkpoint {size}"
        text = Checkpoint(self.log_keys.origin, size, ROOT).text()
        path.write_text(str(self.log_keys.sign(text)), "utf-8")
        return path

    def trail_head(self, event: int) -> Path:
        TrailFile(self.settings.trail_file, self.keys).write(Witness(TrailHead(event, "ef" * 32)))
        return self.settings.trail_file

    def last(self, evidence: Evidence) -> int | None:
        return last_event(self.settings, self.keys, self.log_keys, MANIFEST, evidence)


@pytest.fixture
def lost(tmp_path: Path) -> Lost:
    return Lost(tmp_path / "lost")


def test_nothing_tells_nothing(lost: Lost) -> None:
    assert lost.last(Evidence()) is None


def test_whatever_had_come_furthest_tells(lost: Lost) -> None:
    assert lost.last(Evidence(lost.trail_head(61))) == 61
    assert lost.last(Evidence(None, [lost.checkpoint(45), lost.checkpoint(44)])) == 55
    assert lost.last(Evidence(lost.trail_head(61), [lost.checkpoint(60)])) == 70
    lost.options["log_dir"] = lost.folder / "published"
    folder = published_in(lost.folder / "published", lost.log_keys.origin)
    folder.mkdir(parents=True)
    (folder / "checkpoint").write_bytes(lost.checkpoint(70).read_bytes())
    assert TileFolder(folder).checkpoint() is not None
    assert lost.last(Evidence(lost.trail_head(61), [lost.checkpoint(60)])) == 80


def test_a_key_that_signs_no_more_is_known(lost: Lost) -> None:
    path = lost.checkpoint(45)
    for _ in range(2):
        lost.log_keys = rotate_log_keys(lost.settings.log_key_file, lost.keys)
    assert lost.last(Evidence(None, [path])) == 55


def test_what_a_key_signed_after_it_was_withdrawn_tells_nothing(lost: Lost) -> None:
    before, after = lost.checkpoint(45), lost.checkpoint(46)
    lost.log_keys = rotate_log_keys(lost.settings.log_key_file, lost.keys, withdraw=True, entries=lambda: 45)
    assert lost.last(Evidence(None, [before])) == 55
    with pytest.raises(StoredDataError, match="is no checkpoint of the log of this register"):
        lost.last(Evidence(None, [after]))
    assert lost.last(Evidence(None, [lost.checkpoint(60)])) == 70


def test_what_is_anothers_or_changed_is_refused(lost: Lost, tmp_path: Path) -> None:
    other = Lost(tmp_path / "other")
    with pytest.raises(StoredDataError, match=r"another keys\.json"):
        lost.last(Evidence(other.trail_head(70)))
    forged, nothing = tmp_path / "forged", tmp_path / "nothing"
    forged.write_bytes(lost.checkpoint(45).read_bytes().replace(b"\n45\n", b"\n46\n"))
    nothing.write_bytes(b"\xff\n")
    renamed = replace(lost.log_keys, origin="issuer/audit/another")
    (tmp_path / "renamed").write_text(str(lost.log_keys.sign(Checkpoint(renamed.origin, 45, ROOT).text())), "utf-8")
    for path in (other.checkpoint(45), forged, nothing, tmp_path / "renamed"):
        with pytest.raises(StoredDataError, match="is no checkpoint of the log of this register"):
            lost.last(Evidence(None, [path]))
