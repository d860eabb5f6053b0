"""What an agency's own service may send, against a real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
import pytest

from idverify.client.connection import open_foreign_channel
from idverify.domain.model.owners import Fault, RecordQuery, SourceError
from idverify.records.owners.grpc_owner import LARGEST_MESSAGE, GrpcOwner
from idverify.trust.source_signatures import MOST_BYTES, SourceKeys
from idverify.v1 import record_source_pb2 as pb
from idverify.v1 import record_source_pb2_grpc
from tests.source_kit import KEY, KIND, KNOWN
from tests.waiting import PATIENCE

KEYS = SourceKeys(json.dumps({"keys": [KEY.as_dict(private=False)]}))
QUERY = RecordQuery("q-1", KIND, KNOWN, "Nguyễn Thị Thử", "1999-05-01", "1.001776", "H05.12", "an")


class Long(record_source_pb2_grpc.RecordSourceServiceServicer):
    """Gives a record that is none, as long as it is told."""

    def __init__(self, length: int) -> None:
        self.length = length

    def FetchRecord(  # noqa: N802
        self, request: pb.FetchRecordRequest, context: grpc.ServicerContext
    ) -> pb.FetchRecordResponse:
        del request, context
        return pb.FetchRecordResponse(signed_record="a" * self.length)


@contextmanager
def asked(length: int, compression: grpc.Compression) -> Iterator[GrpcOwner]:
    server = grpc.server(ThreadPoolExecutor(1), compression=compression, options=[("grpc.max_send_message_length", -1)])
    record_source_pb2_grpc.add_RecordSourceServiceServicer_to_server(Long(length), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with open_foreign_channel(f"127.0.0.1:{port}", None, largest=LARGEST_MESSAGE) as channel:
        yield GrpcOwner(channel, KEYS)
    server.stop(None).wait(PATIENCE)


@pytest.mark.parametrize("compression", [grpc.Compression.NoCompression, grpc.Compression.Gzip])
def test_an_answer_that_is_too_long_is_not_taken_in(compression: grpc.Compression) -> None:
    for length, fault in ((MOST_BYTES, Fault.SIGNATURE), (8 << 20, Fault.REFUSED)):
        with asked(length, compression) as owner, pytest.raises(SourceError) as caught:
            owner.ask(QUERY, PATIENCE)
        assert caught.value.fault is fault
