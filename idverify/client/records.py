"""Linked records, and the catalogue of record types and procedures."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Call
from idverify.client.transport.asked import Asked, ask
from idverify.client.transport.caller import Caller
from idverify.v1 import procedures_pb2, procedures_pb2_grpc, records_pb2, records_pb2_grpc
from idverify.v1.types_pb2 import Purpose, Record, RequestContext


class RecordCalls(Caller):
    """RecordService and ProcedureService."""

    @cached_property
    def _records(self) -> records_pb2_grpc.RecordServiceStub:
        return records_pb2_grpc.RecordServiceStub(self._channel)

    @cached_property
    def _procedures(self) -> procedures_pb2_grpc.ProcedureServiceStub:
        return procedures_pb2_grpc.ProcedureServiceStub(self._channel)

    @Call
    def put_record(
        self,
        citizen_number: str,
        record_type: str,
        json: str,
        context: RequestContext | None = None,
        *,
        expected_version: int = 0,
        store_disputed: bool = False,
    ) -> Asked[Record]:
        """Store a linked record, replacing the version before; ``store_disputed``: though it is another person's."""
        request = records_pb2.PutRecordRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            record_type=record_type,
            json=json,
            expected_version=expected_version,
            store_disputed=store_disputed,
        )
        return ask(records_pb2.PutRecordResponse, self._records.PutRecord, request, lambda answer: answer.record)

    @Call
    def get_record(
        self, citizen_number: str, record_type: str, purpose: Purpose, context: RequestContext | None = None
    ) -> Asked[Record]:
        """Return a linked record whole. Say what for."""
        request = records_pb2.GetRecordRequest(
            context=context or self.new_context(), citizen_number=citizen_number, record_type=record_type
        )
        request.context.purpose = purpose
        return ask(records_pb2.GetRecordResponse, self._records.GetRecord, request, lambda answer: answer.record)

    @Call
    def record_types(self) -> Asked[list[records_pb2.RecordType]]:
        """Return the record types with their JSON Schemas."""
        request = records_pb2.ListRecordTypesRequest()
        return ask(
            records_pb2.ListRecordTypesResponse,
            self._records.ListRecordTypes,
            request,
            lambda answer: list(answer.record_types),
        )

    @Call
    def procedures(self) -> Asked[list[procedures_pb2.Procedure]]:
        """Return all procedures that are in force."""
        request = procedures_pb2.ListProceduresRequest()
        return ask(
            procedures_pb2.ListProceduresResponse,
            self._procedures.ListProcedures,
            request,
            lambda answer: list(answer.procedures),
        )

    @Call
    def procedure(self, code: str, version: int = 0) -> Asked[procedures_pb2.Procedure]:
        """Return one procedure, as it is in force today, or that version of it."""
        request = procedures_pb2.GetProcedureRequest(code=code, version=version)
        return ask(
            procedures_pb2.GetProcedureResponse, self._procedures.GetProcedure, request, lambda answer: answer.procedure
        )
