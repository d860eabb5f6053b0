"""Who calls: clients of every role and state, each with a certificate of one authority; and strangers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from idverify.access.trial_authority import make_trial_certificates
from idverify.domain.model import Role

SPARES, TO_REVOKE = 16, 30
"""Clients that nobody calls as: they are there to be changed and suspended, and, which is for good, to be revoked."""

_EVERYTHING = """roles = ["counter", "enroller", "admin", "auditor"]
procedures = { "*" = ["*"] }
record_types = ["*"]
sample_kinds = ["image", "minutiae"]
reads_per_day = 1000000000
"""
CLIENTS = {
    "everything": _EVERYTHING,
    "tester": _EVERYTHING.replace('["counter"', '["tester", "counter"'),
    "counter": 'roles = ["counter"]\nprocedures = { "1.001193" = ["residence"] }\n',
    "enroller": 'roles = ["enroller"]\nsample_kinds = ["image", "minutiae"]\n',
    "admin": 'roles = ["admin"]\nrecord_types = ["residence"]\n',
    "auditor": 'roles = ["auditor"]\n',
    "bound": _EVERYTHING + 'agency_code = "H05.12"\n',
    "hurried": _EVERYTHING + "calls_per_minute = 60\n",
    "curious": _EVERYTHING.replace("1000000000", "20"),
    "suspended": _EVERYTHING,
    "revoked": _EVERYTHING,
}
"""By name, what the registry says of each."""

STRANGER = "stranger"
NOBODY = ""
"""No certificate at all, which TLS does not let in; the dispatch must not count on that."""

WHO = (*CLIENTS, STRANGER)


def make_certificates(folder: Path) -> None:
    """Write an authority, a certificate for each, and a clients file."""
    make_trial_certificates(folder, ["127.0.0.1"], dict.fromkeys(WHO, Role.COUNTER), datetime.now(UTC), 30)
    spares = {spare(number): 'roles = ["counter"]\n' for number in range(SPARES + TO_REVOKE)}
    known = (CLIENTS | spares).items()
    text = "".join(f'[clients."{name}"]\ncertificate_name = "urn:idverify:{name}"\n{may}' for name, may in known)
    (folder / "clients.toml").write_text(text)


def spare(number: int) -> str:
    """Return the name of a client that nobody calls as; from :data:`SPARES` on, of one to be revoked."""
    return f"spare-{number}"
