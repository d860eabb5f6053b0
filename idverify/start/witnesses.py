"""Asking the witnesses at a start whether they have seen more of the log than the database has, or another one."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.domain.findings import ACCEPT, Finding
from idverify.settings import Settings
from idverify.storage.survey import Survey, consistency_of
from idverify.trust.log.asking import WitnessAsked, WitnessSilentError
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.keys import LogKeys
from idverify.trust.sealing import MasterKeys

_LOG = logging.getLogger(__name__)


def witnesses_of(settings: Settings) -> Sequence[WitnessAsked]:
    """Return the witnesses that the settings name.

    Raises:
        SettingsError: one cannot be understood.
    """
    try:
        return list(map(WitnessAsked.of, settings.log_witnesses))
    except LogFormatError as error:
        raise SettingsError(f"log_witnesses: {error}") from None


def witness_findings(settings: Settings, master: MasterKeys, keys: LogKeys, seen: Survey) -> Iterator[Finding]:
    """Say what witnesses prove to have seen that the log does not go on from.

    One that is silent, or says so and proves nothing, keeps nothing from starting: what was published stands.
    Who puts database, folders and keys back together does not put back the memory of another party.

    Raises:
        SettingsError: a witness cannot be understood.
        DomainError: STORE_UNAVAILABLE.
    """
    log = seen.end.state.log if seen.end and seen.end.state else None
    if log is None or settings.log_dir is None:
        return
    note = keys.sign(Checkpoint(keys.origin, log.size, log.root).text())

    def prove(old: int) -> Sequence[bytes]:
        return consistency_of(settings.store_url, master, old, log.size)

    for witness in witnesses_of(settings):
        try:
            witness.cosignature(note, keys, prove)
        except WitnessSilentError as error:
            _LOG.warning("a witness does not say what it has seen", extra={"cause": f"{witness.key.name}: {error}"})
        except StoredDataError as error:
            text = f"{error}. Restore the newest copy of the database; {ACCEPT}"
            yield Finding("LOG_WITNESSED", text, acceptable=True)
