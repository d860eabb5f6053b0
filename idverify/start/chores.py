"""What keeps an open register in order while it is served."""

from __future__ import annotations

from collections.abc import Sequence

from idverify.housekeeping import Chore
from idverify.ports import Clock
from idverify.start.opening import Register, note_signing_keys
from idverify.trust.trail_keeper import EVERY_SECONDS


def chores(register: Register, clock: Clock) -> Sequence[Chore]:
    """Return the small ones: each takes milliseconds, so that none keeps another waiting."""
    return [
        Chore("writing down the end of the trail", EVERY_SECONDS, register.trail.write),
        Chore("holding the lock of the database", 5.0, register.lock.keep),
        Chore("noting the signing keys", 5.0, lambda: note_signing_keys(register.store, register.signer, clock)),
    ]
