"""The registry of scanners that sign what they capture."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import AllPages, Call
from idverify.client.transport.asked import Asked, Paged, ask, paged
from idverify.client.transport.caller import Caller
from idverify.v1 import devices_pb2 as pb
from idverify.v1 import devices_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class DeviceCalls(Caller):
    """DeviceRegistryService."""

    @cached_property
    def _devices(self) -> devices_pb2_grpc.DeviceRegistryServiceStub:
        return devices_pb2_grpc.DeviceRegistryServiceStub(self._channel)

    @Call
    def register_device(self, device: pb.Device, context: RequestContext | None = None) -> Asked[pb.Device]:
        """Register a device by its public key."""
        request = pb.RegisterDeviceRequest(context=context or self.new_context(), device=device)
        return ask(pb.RegisterDeviceResponse, self._devices.RegisterDevice, request, lambda answer: answer.device)

    @Call
    def revoke_device(self, device_id: str, context: RequestContext | None = None) -> Asked[pb.Device]:
        """Let nothing that a device signs count any more."""
        request = pb.RevokeDeviceRequest(context=context or self.new_context(), device_id=device_id)
        return ask(pb.RevokeDeviceResponse, self._devices.RevokeDevice, request, lambda answer: answer.device)

    @AllPages
    def devices(self) -> Paged[pb.Device]:
        """Return all devices, in order of registration."""
        request = pb.ListDevicesRequest(page_size=1000)
        return paged(pb.ListDevicesResponse, self._devices.ListDevices, request, lambda page: page.devices)
