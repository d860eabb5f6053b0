"""Linked records, and the catalogue of record types and procedures."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Calls
from idverify.v1 import procedures_pb2, procedures_pb2_grpc, records_pb2, records_pb2_grpc
from idverify.v1.types_pb2 import Purpose, Record, RequestContext


class RecordCalls(Calls):
    """RecordService and ProcedureService."""

    @cached_property
    def _records(self) -> records_pb2_grpc.RecordServiceStub:
        return records_pb2_grpc.RecordServiceStub(self._channel)

    @cached_property
    def _procedures(self) -> procedures_pb2_grpc.ProcedureServiceStub:
        return procedures_pb2_grpc.ProcedureServiceStub(self._channel)

    def put_record(
        self,
        citizen_number: str,
        record_type: str,
        json: str,
        context: RequestContext | None = None,
        *,
        expected_version: int = 0,
        store_disputed: bool = False,
    ) -> Record:
        """Store a linked record, replacing the version before; ``store_disputed``: though it is another person's."""
        request = records_pb2.PutRecordRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            record_type=record_type,
            json=json,
            expected_version=expected_version,
            store_disputed=store_disputed,
        )
        response = self._call(records_pb2.PutRecordResponse, self._records.PutRecord, request)
        return response.record

    def get_record(
        self, citizen_number: str, record_type: str, purpose: Purpose, context: RequestContext | None = None
    ) -> Record:
        """Return a linked record whole. Say what for."""
        request = records_pb2.GetRecordRequest(
            context=context or self.new_context(), citizen_number=citizen_number, record_type=record_type
        )
        request.context.purpose = purpose
        response = self._call(records_pb2.GetRecordResponse, self._records.GetRecord, request)
        return response.record

    def record_types(self) -> list[records_pb2.RecordType]:
        """Return the record types with their JSON Schemas."""
        request = records_pb2.ListRecordTypesRequest()
        response = self._call(records_pb2.ListRecordTypesResponse, self._records.ListRecordTypes, request)
        return list(response.record_types)

    def procedures(self) -> list[procedures_pb2.Procedure]:
        """Return all procedures that are in force."""
        request = procedures_pb2.ListProceduresRequest()
        response = self._call(procedures_pb2.ListProceduresResponse, self._procedures.ListProcedures, request)
        return list(response.procedures)

    def procedure(self, code: str, version: int = 0) -> procedures_pb2.Procedure:
        """Return one procedure, as it is in force today, or that version of it."""
        request = procedures_pb2.GetProcedureRequest(code=code, version=version)
        response = self._call(procedures_pb2.GetProcedureResponse, self._procedures.GetProcedure, request)
        return response.procedure
