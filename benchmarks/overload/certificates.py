"""Certificates for one measurement: an authority, the server, its clients, and one client that is not registered."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from idverify.access.trial_authority import make_trial_certificates
from idverify.domain.model import Role

CLIENTS = ("counter-1", "counter-2", "counter-3", "counter-4")
STRANGER, ENROLLER = "stranger", "enroller"


def issue_all(folder: Path) -> None:
    """Write certificates and keys as ``idverify certs`` does, and a clients file without the stranger."""
    roles = {**dict.fromkeys((*CLIENTS, STRANGER), Role.COUNTER), ENROLLER: Role.ENROLLER}
    make_trial_certificates(folder, ["127.0.0.1"], roles, datetime.now(UTC), days=1)
    file = folder / "clients.toml"
    tables = file.read_text(encoding="utf-8").split("\n\n")
    file.write_text("\n\n".join(table for table in tables if STRANGER not in table), encoding="utf-8")
