"""AssertionService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.ports import Printer, Signer
from idverify.rpc.convert.answers import encoded
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.v1 import assertions_pb2 as pb


class AssertionServicer:
    """Serves the public keys."""

    def __init__(self, signer: Signer, printer: Printer) -> None:
        self._signer = signer
        self._printer = printer

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "AssertionService")
        return [rpc(name, "GetKeySet", pb.GetKeySetRequest, self.get_key_set, at_once=True)]

    def get_key_set(self, call: Call, request: pb.GetKeySetRequest) -> bytes:
        """Return the key set."""
        del call, request
        jwks, active = self._signer.key_set()
        return encoded(
            pb.GetKeySetResponse(
                jwks_json=jwks,
                active_key_id=active,
                issuer=self._signer.issuer,
                document_certificates=self._printer.certificates(),
            )
        )
