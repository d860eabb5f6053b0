"""The files of ``data_dir`` at the start: which are there, and whether the first start came to its end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from idverify.settings import Settings
from idverify.trust.backup.workplace import remove_leftovers
from idverify.trust.secret_file import create_secret_file, make_folder, sync_folder

_MARKER = "first-start"
_MARK = b"the first start has begun and is not over; it goes on with the next\n"


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in it.

    Attributes:
        keys, signing_keys, trail, gallery: each file, and the folder of the gallery with anything in it, is there.
        unfinished: the first start was interrupted; what it had not made yet is not lost.
    """

    keys: bool
    signing_keys: bool
    trail: bool
    gallery: bool
    unfinished: bool

    @classmethod
    def of(cls, settings: Settings) -> Folder:
        """Look into the folder of the settings, which may be missing."""
        gallery = settings.gallery_dir
        return cls(
            keys=settings.master_key_file.exists(),
            signing_keys=settings.signing_key_file.exists(),
            trail=bool(settings.trail_files),
            gallery=gallery.is_dir() and any(gallery.iterdir()),
            unfinished=_marker(settings).exists(),
        )

    def kept(self) -> list[str]:
        """Return the names of what belongs to a register that was begun."""
        there = {
            "keys.json": self.keys,
            "signing-keys.json": self.signing_keys,
            "trail-head.json": self.trail,
            "gallery": self.gallery,
        }
        return [name for name, is_there in there.items() if is_there]


def open_folder(settings: Settings) -> None:
    """Make it, or remove what is left in it of a backup that did not come to its end. Raises OSError."""
    make_folder(settings.data_dir, 0o700)
    make_folder(settings.server_dir, 0o700)
    remove_leftovers(settings.data_dir)


def begin_first_start(settings: Settings) -> None:
    """Note that files are being made: what is missing until :func:`end_first_start` was never there."""
    create_secret_file(_marker(settings), _MARK)


def end_first_start(settings: Settings) -> None:
    """Note that all of them are made."""
    if _marker(settings).exists():
        _marker(settings).unlink()
        sync_folder(settings.data_dir)


def _marker(settings: Settings) -> Path:
    return settings.data_dir / _MARKER
