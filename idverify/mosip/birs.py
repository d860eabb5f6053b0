"""Between MOSIP's records, which are CBEFF, and samples."""

from __future__ import annotations

from collections.abc import Iterable

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, ImageSample, MinutiaeSample, Sample
from matcher.formats.cbeff import Bir

_MINUTIAE = b"FMR\x00"


def finger_birs(birs: Iterable[Bir]) -> list[Bir]:
    """Return the records of fingers that can be shown; those of face and iris are passed over: nobody compares them.

    Raises:
        DomainError: SAMPLE_INVALID if one is encrypted: nobody has given this service the key.
    """
    found = [bir for bir in birs if bir.is_finger and not bir.is_missing]
    if any(bir.encrypted for bir in found):
        raise DomainError(Reason.SAMPLE_INVALID, "a record is said to be encrypted; send it decrypted")
    return found


def sample_of(bir: Bir) -> Sample:
    """Return the sample in a record: an image or minutiae, as its bytes say; its finger, if it names one."""
    position = FingerPosition(bir.position)
    content = MinutiaeSample(bir.bdb) if bir.bdb.startswith(_MINUTIAE) else ImageSample(bir.bdb)
    return Sample(None if position is FingerPosition.UNKNOWN else position, content)
