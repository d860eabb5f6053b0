"""Looking at a backup: whether it can be restored, and what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from idverify.ports import Clock, Deadline
from idverify.settings import Settings
from idverify.start.backup.examining import examine, recompute, require_same, require_signed
from idverify.start.backup.taking import as_copied
from idverify.trust.backup.container import Progress, opened
from idverify.trust.backup.manifest import Manifest
from idverify.trust.backup.workplace import scratch
from idverify.trust.log.notes import VerifierKey


def verify_backup(
    settings: Settings,
    clock: Clock,
    path: Path,
    identity: Path,
    log_keys: Sequence[VerifierKey],
    deadline: Deadline,
    progress: Progress,
) -> Manifest:
    """Go through everything in a backup, in a temporary folder (``TMPDIR``); return what it says of itself.

    The keys in it are in memory alone. Whatever ends the process, nothing is left that opens anything.

    Args:
        settings: of any service: only how strictly the clock is taken matters.
        clock: the time.
        path: of the backup.
        identity: file of the private key.
        log_keys: of the service, known from elsewhere; one must have signed. Empty: whoever knows the public key of
            the backup may have made it.
        deadline: asked now and then.
        progress: told how far it is.

    Raises:
        StoredDataError: it is no backup, or something in it is damaged or missing, was changed, or does not belong
            together.
        SettingsError, DomainError, OSError: it cannot be read, or there is no room for what is in it.
    """
    with scratch() as place:
        with opened(path, identity) as (manifest, extract):
            require_signed(manifest, log_keys)
            extract(place.new_file, progress)
        copy = as_copied(settings, place.folder)
        state = examine(copy, clock)
        require_same(copy, state, manifest)
        recompute(copy, state, deadline)
    return manifest
