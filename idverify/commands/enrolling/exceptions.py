"""Fingers that cannot be shown, as the command line names them: ``FINGER=FAULT[:UNTIL]``."""

from __future__ import annotations

from idverify.client import finger_position
from idverify.commands.session import UsageError
from idverify.v1.enrolment_pb2 import FingerException

_FAULTS = ("missing", "damaged", "bandaged")


def read_exception(text: str) -> FingerException:
    """Read one. Raises UsageError that says what is expected."""
    name, _, rest = text.partition("=")
    fault, _, until = rest.partition(":")
    if fault not in _FAULTS:
        raise UsageError(f"say FINGER=FAULT or FINGER=FAULT:YYYY-MM-DD, FAULT one of {', '.join(_FAULTS)}")
    try:
        position = finger_position(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return FingerException(finger_position=position, fault=f"FINGER_FAULT_{fault.upper()}", until=until)
