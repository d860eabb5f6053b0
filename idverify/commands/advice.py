"""What to do after a refusal, in terms of this command line."""

from __future__ import annotations

from collections.abc import Mapping

_NEXT = {
    "UNAVAILABLE": "Is the service running? Start it with 'idverify serve', or name it with --server.",
    "DEADLINE_EXCEEDED": "Repeat the call with the same --request-id, or wait longer with --timeout.",
    "CLIENT_UNKNOWN": "Give the certificate and key of a registered client with --cert and --key.",
    "CLIENT_NOT_AUTHORIZED": "Use the certificate of a client whose role allows this.",
    "CLIENT_NOT_ENTITLED": "Have 'idverify clients update NAME --procedure CODE' run by an administrator.",
    "CLIENT_NOT_FOUND": "'idverify clients list' tells the names.",
    "CLIENT_SUSPENDED": "Have 'idverify clients reinstate NAME' run by an administrator.",
    "SUBJECT_NOT_FOUND": "Enrol the citizen with 'idverify enrol'.",
    "REFERENCE_EXISTS": "Add further prints with 'idverify add-fingers'.",
    "DUPLICATE_PERSON_SUSPECTED": "'idverify get --subject ID' shows whom; --duplicates report enrols nevertheless.",
    "SECOND_PERSON_REQUIRED": "Another administrator: 'idverify acts approve ACT'; then repeat with that --request-id.",
    "REQUEST_REPLAYED": "Leave --request-id out for a new call.",
    "FINGER_NOT_ENROLLED": "Use one of the enrolled fingers; 'idverify get' lists them.",
    "SAMPLE_RESOLUTION_UNKNOWN": "State the scanner's resolution with --resolution, e.g. --resolution 500.",
    "SAMPLE_QUALITY_LOW": "'idverify quality FILE' says what to do better.",
    "PROCEDURE_NOT_FOUND": "'idverify procedures' lists the codes.",
    "RECORD_TYPE_NOT_FOUND": "'idverify records types' lists the types.",
    "RECORD_INVALID": "'idverify records types --json' shows the schemas.",
    "VERSION_MISMATCH": "Read the record again with 'idverify records get' and repeat the change.",
    "SERVER_BUSY": "Wait a moment and repeat the call with the same --request-id.",
}


def next_step(reason: str, metadata: Mapping[str, str]) -> str:
    """Return a hint, or nothing where the message says all."""
    if metadata.get("field", "").endswith("finger_position"):
        return "Name the finger, e.g. --finger right-index, or right-index=FILE for one of several files."
    return _NEXT.get(reason, "")
