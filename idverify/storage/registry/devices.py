"""Registered devices: each sealed to its id and version, so that who has the database alone registers none.

One put back as it was in a former version shows in the tallies (:mod:`idverify.storage.trail.tally`).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Device
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.registry.versions import replace_version
from idverify.storage.tables import AnyRow, devices
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal


class DevicesView:
    """Registered devices, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, device_id: str) -> Device | None:
        """Return a device."""
        row = self._connection.execute(select(devices).where(devices.c.device_id == device_id)).one_or_none()
        return None if row is None else self._device(row)

    def page(self, after: int, limit: int) -> list[tuple[int, Device]]:
        """Return devices in order of registration, each with its ordinal."""
        query = select(devices).where(devices.c.ordinal > after).order_by(devices.c.ordinal).limit(limit)
        return [(row.ordinal, self._device(row)) for row in self._connection.execute(query).all()]

    def add(self, device: Device) -> None:
        """Refuse."""
        del device
        raise refuse_write()

    def put(self, device: Device) -> None:
        """Refuse."""
        del device
        raise refuse_write()

    def _device(self, row: AnyRow) -> Device:
        body = unseal(self._vault.service_key, row.entry_sealed, *_place(row.device_id, row.version))
        with decoding("device"):
            entry = json.loads(body)
            created, updated = (datetime.fromisoformat(entry[name]) for name in ("created", "updated"))
            return Device(
                row.device_id,
                entry["model"],
                entry["public_key"],
                entry["agency_code"],
                created,
                updated,
                entry["revoked"],
                row.version,
            )


class SqlDevices(DevicesView):
    """Registered devices, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes

    def add(self, device: Device) -> None:
        """Add a new one. Raises DomainError DEVICE_EXISTS if the id is or was taken."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(devices).values(device_id=device.device_id, **self._columns(device)))
        except IntegrityError:
            raise DomainError(
                Reason.DEVICE_EXISTS, "a device of this id is or was registered", {"field": "device.device_id"}
            ) from None
        self._changes.added("devices", device.device_id, device.version)

    def put(self, device: Device) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""
        name, values = devices.c.device_id, self._columns(device)
        if not replace_version(self._connection, self._changes, name, device.device_id, device.version, values):
            raise DomainError(Reason.VERSION_MISMATCH, "the device has another version; read it again")

    def _columns(self, device: Device) -> dict[str, Any]:
        entry = {
            "model": device.model,
            "public_key": device.public_key,
            "agency_code": device.agency_code,
            "created": device.created.isoformat(),
            "updated": device.updated.isoformat(),
            "revoked": device.revoked,
        }
        body = json.dumps(entry, ensure_ascii=False).encode()
        sealed = seal(self._vault.service_key, body, *_place(device.device_id, device.version))
        return {"version": device.version, "entry_sealed": sealed}


def _place(device_id: str, version: int) -> tuple[str, ...]:
    return ("devices", "entry", device_id, str(version))
