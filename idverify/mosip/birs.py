"""Which of MOSIP's records, which are CBEFF, are of fingers that can be shown."""

from __future__ import annotations

from collections.abc import Iterable

from idverify.domain.errors import DomainError, Reason
from matcher.formats.cbeff import Bir


def finger_birs(birs: Iterable[Bir]) -> list[Bir]:
    """Return the records of fingers that can be shown; those of face and iris are passed over: nobody compares them.

    Raises:
        DomainError: SAMPLE_INVALID if one is encrypted: nobody has given this service the key.
    """
    found = [bir for bir in birs if bir.is_finger and not bir.is_missing]
    if any(bir.encrypted for bir in found):
        raise DomainError(Reason.SAMPLE_INVALID, "a record is said to be encrypted; send it decrypted")
    return found
