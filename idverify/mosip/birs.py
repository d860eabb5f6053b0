"""Between MOSIP's records, which are CBEFF, and samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, ImageSample, MinutiaeSample, Sample
from matcher.formats.cbeff import Bir

_MINUTIAE = b"FMR\x00"
_EXCEPTION = "EXCEPTION"


def is_missing(bir: Bir) -> bool:
    """Tell whether a record says that the finger cannot be shown."""
    return bir.is_finger and (bir.others.get(_EXCEPTION, "").lower() == "true" or not bir.bdb)


def finger_birs(birs: Iterable[Bir]) -> list[Bir]:
    """Return the records of fingers that can be shown; those of face and iris are passed over: nobody compares them.

    Raises:
        DomainError: SAMPLE_INVALID if one is encrypted: nobody has given this service the key.
    """
    found = [bir for bir in birs if bir.is_finger and not is_missing(bir)]
    if any(bir.encrypted for bir in found):
        raise DomainError(Reason.SAMPLE_INVALID, "a record is said to be encrypted; send it decrypted")
    return found


def sample_of(bir: Bir) -> Sample:
    """Return the sample in a record: an image or minutiae, as its bytes say; its finger, if it names one."""
    position = FingerPosition(bir.position)
    content = MinutiaeSample(bir.bdb) if bir.bdb.startswith(_MINUTIAE) else ImageSample(bir.bdb)
    return Sample(None if position is FingerPosition.UNKNOWN else position, content)


def samples_of(birs: Iterable[Bir]) -> Sequence[Sample]:
    """Return the samples of the fingers that can be shown. Raises as :func:`finger_birs`."""
    return [sample_of(bir) for bir in finger_birs(birs)]
