"""Registering devices, and revoking them; effective with the next capture."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Device
from idverify.ports import Attestations, Clock, Store, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.paging import decode_token, encode_token, page_limit
from idverify.services.calls.refusing import Concern

Encode = Callable[[Device], bytes]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DevicesService:
    """Keeps the registry of devices."""

    store: Store
    attestations: Attestations
    clock: Clock

    def register(
        self, call: Call, device_id: str, model: str, public_key: str, agency_code: str, encode: Encode
    ) -> bytes:
        """Register a device.

        Raises:
            DomainError: FIELD_MISSING, FIELD_INVALID for a key that is none, DEVICE_EXISTS for an id or a key that is
                or was another device's, REQUEST_REPLAYED.
        """
        if not device_id:
            raise DomainError(Reason.FIELD_MISSING, "device.device_id is required", {"field": "device.device_id"})
        try:
            key = self.attestations.check_key(public_key)
        except ValueError as error:
            raise DomainError(
                Reason.FIELD_INVALID, f"device.public_key_jwk is {error}", {"field": "device.public_key_jwk"}
            ) from None
        now = self.clock.now()

        def changed(uow: UnitOfWork) -> Device:
            device = Device(device_id, model, key, agency_code, now, now)
            _require_new_key(uow, device)
            uow.devices.add(device)
            return device

        return self._changed(call, "REGISTERED", changed, encode)

    def revoke(self, call: Call, device_id: str, encode: Encode) -> bytes:
        """Let nothing that a device signs count any more, for good; again changes nothing.

        Raises:
            DomainError: DEVICE_NOT_FOUND, REQUEST_REPLAYED.
        """

        def changed(uow: UnitOfWork) -> Device:
            device = uow.devices.get(device_id)
            if device is None:
                raise DomainError(Reason.DEVICE_NOT_FOUND, "no device of this id is registered")
            if device.revoked:
                return device
            after = device.as_revoked(self.clock.now())
            uow.devices.put(after)
            return after

        return self._changed(call, "REVOKED", changed, encode)

    def page(self, call: Call, page_size: int, page_token: str) -> tuple[list[Device], str]:
        """Return a page of devices in order of registration, and the token of the next.

        Raises:
            DomainError: FIELD_INVALID, PAGE_TOKEN_INVALID.
        """
        call.deadline.check()
        limit = page_limit(page_size, default=50)
        with self.store.reading() as view:
            found = view.devices.page(decode_token(page_token, "devices"), limit + 1)
        shown = found[:limit]
        more = len(found) > limit
        return [device for _, device in shown], encode_token("devices", shown[-1][0]) if more else ""

    def _changed(self, call: Call, outcome: str, changed: Callable[[UnitOfWork], Device], encode: Encode) -> bytes:
        def work(_: Concern) -> bytes:
            with self.store.transaction() as uow:
                device = changed(uow)
                details: Details = {"device": device.device_id, "version": device.version}
                uow.audit.append(entry(self.clock, call, outcome, details=details))
                body = encode(device)
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.clock, call, work)


def _require_new_key(uow: UnitOfWork, device: Device) -> None:
    """Require that no device has or had this key: one that was revoked would sign on under another id.

    Raises:
        DomainError: DEVICE_EXISTS.
    """
    point, after = _point(device), 0
    while devices := uow.devices.page(after, _AT_ONCE):
        if any(_point(other) == point for _, other in devices):
            raise DomainError(
                Reason.DEVICE_EXISTS,
                "a device with this key is or was registered; have the device make another",
                {"field": "device.public_key_jwk"},
            )
        after = devices[-1][0]


def _point(device: Device) -> tuple[str, str]:
    """Return what the key is, whatever else its JWK says (RFC 7518, 6.2.1)."""
    key = json.loads(device.public_key)
    return key["x"], key["y"]
