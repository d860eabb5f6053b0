"""What stands while everything else is asked about: citizens, a record, an operation, transactions and a consent."""

from __future__ import annotations

from idverify.v1 import types_pb2

PEOPLE = 3
PROCEDURE = "1.001193"
AGENCY = "H05.12"
RESIDENCE = '{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}, "household_head": "Vũ Thử Nghiệm"}'
NAME, BORN, OFFICER = "Nguyễn Thử Nghiệm", "1984-02-01", "can-bo-17"
PERSONAL = (NAME, BORN, OFFICER, "0271840", "Vũ Thử Nghiệm", "Bắc Ninh", "Kinh Bắc")
"""What of these requests must not come back in a message or be seen in a log."""

POSITIONS = (types_pb2.FINGER_POSITION_RIGHT_INDEX, types_pb2.FINGER_POSITION_LEFT_INDEX)

OPERATION = "fedcba98-7654-4321-8765-0123456789ab"
"""One that has ended."""

ACT = "11dcba98-7654-4321-8765-0123456789ab"
ACT_DIGEST = b"\x44" * 32
"""One that waits for a second person: that the client that enrols erases the second citizen."""

CONSENT = "0dcba987-6543-4210-8765-0123456789ab"
"""Of the first citizen, to the client that may do everything."""

NONCE = "A" * 43
STEP = "5" * 64
"""Where every transaction stands."""

BEGUN, CAPTURED = "transaction-begun", "transaction-captured"
"""Transactions of the client that may do everything, about the first citizen: of the one no impression was taken yet,
of the other one was, and consent was given."""


def number_of(person: int) -> str:
    """Return the citizen number of somebody; the first :data:`PEOPLE` are enrolled."""
    return f"0271840{person:05}"
