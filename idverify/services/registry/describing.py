"""What the audit trail keeps of a client's entry: who may do what since when can be read there."""

from __future__ import annotations

from idverify.domain.model import Client
from idverify.services.calls.auditing import Details


def described(client: Client) -> Details:
    """Return the entry as figures and codes."""
    may = client.may
    details: Details = {
        "client": client.name,
        "version": client.version,
        "state": client.state.value,
        "certificate": client.certificate,
        "roles": sorted(role.value for role in may.roles),
        "sample_kinds": sorted(kind.value for kind in may.sample_kinds),
        "entitlements": [f"{e.procedure}: {' '.join(sorted(e.record_types))}" for e in may.entitlements],
        "record_types": sorted(may.record_types),
    }
    limits = {"calls_per_minute": may.calls_per_minute, "reads_per_day": may.reads_per_day}
    details |= {name: limit for name, limit in limits.items() if limit is not None}
    if client.keys:
        details["keys"] = [f"{key.sha256} until {key.until.isoformat(timespec='seconds')}" for key in client.keys]
    if may.agency_code:
        details["agency_code"] = may.agency_code
    return details
