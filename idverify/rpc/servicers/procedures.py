"""ProcedureService."""

from __future__ import annotations

from collections.abc import Sequence

from idverify.dispatch.method import Methods
from idverify.domain.model import Procedure
from idverify.ports import Catalogue
from idverify.rpc.convert.answers import encoded
from idverify.rpc.convert.catalogue import procedure_message
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.v1 import procedures_pb2 as pb


class ProcedureServicer:
    """Tells what each procedure needs and may see."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._listed: tuple[Sequence[Procedure], bytes] = ([], b"")

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "ProcedureService")
        return [
            rpc(name, "ListProcedures", pb.ListProceduresRequest, self.list_procedures, at_once=True),
            rpc(name, "GetProcedure", pb.GetProcedureRequest, self.get_procedure, at_once=True),
        ]

    def list_procedures(self, call: Call, request: pb.ListProceduresRequest) -> bytes:
        """Return all procedures that are in force."""
        del call, request
        procedures = self._catalogue.procedures()
        # Answered on the event loop: two thousand are encoded once, as long as the same are in force.
        if procedures is not self._listed[0]:
            answer = encoded(pb.ListProceduresResponse(procedures=map(procedure_message, procedures)))
            self._listed = procedures, answer
        return self._listed[1]

    def get_procedure(self, call: Call, request: pb.GetProcedureRequest) -> bytes:
        """Return one procedure."""
        del call
        found = self._catalogue.procedure(request.code, request.version or None)
        return encoded(pb.GetProcedureResponse(procedure=procedure_message(found)))
