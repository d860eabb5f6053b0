"""RecordService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.domain.model import Act
from idverify.ports import Catalogue
from idverify.rpc.convert.answers import encoded, record_message
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.records import RecordsService
from idverify.v1 import records_pb2 as pb

_MOST = 256 << 10
"""Bytes: a linked record of 64 KiB, and room to be told what is wrong with one that is longer."""


class RecordServicer:
    """Keeps linked records."""

    def __init__(self, service: RecordsService, catalogue: Catalogue) -> None:
        self._service = service
        self._catalogue = catalogue

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "RecordService")
        return [
            rpc(
                name,
                "PutRecord",
                pb.PutRecordRequest,
                self.put_record,
                needs_request_id=True,
                most_bytes=_MOST,
                record_type=_type,
            ),
            rpc(
                name,
                "GetRecord",
                pb.GetRecordRequest,
                self.get_record,
                record_type=_type,
                needs_purpose=True,
                act=lambda _: Act.EXPORT,
                citizen_number=lambda request: request.citizen_number,
            ),
            rpc(name, "ListRecordTypes", pb.ListRecordTypesRequest, self.list_record_types, at_once=True),
        ]

    def put_record(self, call: Call, request: pb.PutRecordRequest) -> bytes:
        """Store a record."""
        return self._service.put(
            call,
            request.citizen_number,
            request.record_type,
            request.json,
            request.expected_version or None,
            lambda record: encoded(pb.PutRecordResponse(record=record_message(record))),
            store_disputed=request.store_disputed,
        )

    def get_record(self, call: Call, request: pb.GetRecordRequest) -> bytes:
        """Return a record."""
        record = self._service.get(call, request.citizen_number, request.record_type)
        return encoded(pb.GetRecordResponse(record=record_message(record)))

    def list_record_types(self, call: Call, request: pb.ListRecordTypesRequest) -> bytes:
        """Return all record types."""
        del call, request
        types = [
            pb.RecordType(
                code=kind.code,
                title=kind.title,
                owning_agency=kind.owning_agency,
                json_schema=kind.json_schema,
                version=kind.version,
                title_en=kind.title_en,
            )
            for kind in self._catalogue.record_types()
        ]
        return encoded(pb.ListRecordTypesResponse(record_types=types))


def _type(request: pb.PutRecordRequest | pb.GetRecordRequest) -> str:
    return request.record_type
