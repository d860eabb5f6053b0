"""DeviceRegistryService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.domain import model
from idverify.rpc.convert.answers import encoded, timestamp
from idverify.rpc.convert.context import CONTEXT_LIMITS
from idverify.rpc.convert.fields import missing, text
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.registry.devices import DevicesService
from idverify.v1 import devices_pb2 as pb

_LONGEST_ID = 64
_LONGEST_KEY = 1024


class DeviceRegistryServicer:
    """Keeps the registry of devices."""

    def __init__(self, service: DevicesService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "DeviceRegistryService")
        return [
            rpc(name, "RegisterDevice", pb.RegisterDeviceRequest, self.register_device, needs_request_id=True),
            rpc(name, "RevokeDevice", pb.RevokeDeviceRequest, self.revoke_device, needs_request_id=True),
            rpc(name, "ListDevices", pb.ListDevicesRequest, self.list_devices),
        ]

    def register_device(self, call: Call, request: pb.RegisterDeviceRequest) -> bytes:
        """Register a device."""
        device = request.device
        return self._service.register(
            call,
            text(device.device_id, "device.device_id", _LONGEST_ID),
            text(device.model, "device.model", 128),
            text(device.public_key_jwk, "device.public_key_jwk", _LONGEST_KEY),
            text(device.agency_code, "device.agency_code", CONTEXT_LIMITS["agency_code"]),
            lambda registered: encoded(pb.RegisterDeviceResponse(device=_message(registered))),
        )

    def revoke_device(self, call: Call, request: pb.RevokeDeviceRequest) -> bytes:
        """Revoke a device."""
        if not request.device_id:
            raise missing("device_id")
        return self._service.revoke(
            call,
            text(request.device_id, "device_id", _LONGEST_ID),
            lambda revoked: encoded(pb.RevokeDeviceResponse(device=_message(revoked))),
        )

    def list_devices(self, call: Call, request: pb.ListDevicesRequest) -> bytes:
        """List devices."""
        devices, token = self._service.page(call, request.page_size, request.page_token)
        return encoded(pb.ListDevicesResponse(devices=map(_message, devices), next_page_token=token))


def _message(device: model.Device) -> pb.Device:
    return pb.Device(
        device_id=device.device_id,
        model=device.model,
        public_key_jwk=device.public_key,
        agency_code=device.agency_code,
        revoked=device.revoked,
        version=device.version,
        create_time=timestamp(device.created),
        update_time=timestamp(device.updated),
    )
