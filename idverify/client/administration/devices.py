"""The registry of scanners that sign what they capture."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Calls
from idverify.v1 import devices_pb2 as pb
from idverify.v1 import devices_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class DeviceCalls(Calls):
    """DeviceRegistryService."""

    @cached_property
    def _devices(self) -> devices_pb2_grpc.DeviceRegistryServiceStub:
        return devices_pb2_grpc.DeviceRegistryServiceStub(self._channel)

    def register_device(self, device: pb.Device, context: RequestContext | None = None) -> pb.Device:
        """Register a device by its public key."""
        request = pb.RegisterDeviceRequest(context=context or self.new_context(), device=device)
        return self._call(pb.RegisterDeviceResponse, self._devices.RegisterDevice, request).device

    def revoke_device(self, device_id: str, context: RequestContext | None = None) -> pb.Device:
        """Let nothing that a device signs count any more."""
        request = pb.RevokeDeviceRequest(context=context or self.new_context(), device_id=device_id)
        return self._call(pb.RevokeDeviceResponse, self._devices.RevokeDevice, request).device

    def devices(self) -> list[pb.Device]:
        """Return all devices, in order of registration."""
        found: list[pb.Device] = []
        token = ""
        while True:
            request = pb.ListDevicesRequest(page_size=1000, page_token=token)
            page = self._call(pb.ListDevicesResponse, self._devices.ListDevices, request)
            found.extend(page.devices)
            token = page.next_page_token
            if not token:
                return found
