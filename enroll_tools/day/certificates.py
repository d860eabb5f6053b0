"""Certificates of the day, and what each client may do: two counters, and the office that enrols and counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from idverify.client import Tls

OFFICE = "office"
COUNTERS = ("counter-1", "counter-2")

_CLIENTS = """[clients."{name}"]
roles = {roles}
sample_kinds = {kinds}
certificate_name = "urn:idverify:{name}"
procedures = {{ "*" = ["*"] }}
record_types = ["*"]
"""


def make_certificates(folder: Path) -> dict[str, str]:
    """Write certificates as ``idverify certs`` makes them, and a clients file; return the settings that name them.

    Raises:
        OSError: they cannot be made.
    """
    clients = [f"--client={name}=counter" for name in COUNTERS] + [f"--client={OFFICE}=admin"]
    command = [sys.executable, "-m", "idverify.cli", "certs", str(folder), "--host=127.0.0.1", "--days=1", *clients]
    made = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if made.returncode:
        raise OSError(f"no certificates were made: {made.stderr[-500:]}")
    tables = [_CLIENTS.format(name=name, roles='["counter"]', kinds='["image"]') for name in COUNTERS]
    office = '["admin", "enroller", "auditor"]'
    tables.append(_CLIENTS.format(name=OFFICE, roles=office, kinds='["image", "minutiae"]'))
    (folder / "clients.toml").write_text("\n".join(tables), encoding="utf-8")
    files = {"tls_cert": "server.crt", "tls_key": "server.key", "tls_client_ca": "ca.crt"}
    return {name: str(folder / file) for name, file in (files | {"clients_file": "clients.toml"}).items()}


def tls(folder: Path, client: str) -> Tls:
    """Return what a client connects with."""
    return Tls.from_files(folder / "ca.crt", folder / f"{client}.crt", folder / f"{client}.key")
