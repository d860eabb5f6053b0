"""Client of the service. Needs the generated messages and gRPC, none of the libraries that the server computes with."""

from idverify.client.assertion import (
    AssertionRejectedError,
    MemoryReplayCache,
    Rejection,
    ReplayCache,
    check_record,
    present,
    request_sha256,
    status_list_uri,
    verify_assertion,
    verify_confirmation,
)
from idverify.client.captures import read_sample, read_samples
from idverify.client.client import AsyncClient, Client
from idverify.client.connection import DEFAULT_SERVER, Desk, Tls
from idverify.client.errors import ServiceError
from idverify.client.samples import (
    finger_name,
    finger_names,
    finger_position,
    make_raw_sample,
    make_sample,
    make_slap,
    slap_names,
)
from idverify.client.verification import StreamAnswer

__all__ = [
    "DEFAULT_SERVER",
    "AssertionRejectedError",
    "AsyncClient",
    "Client",
    "Desk",
    "MemoryReplayCache",
    "Rejection",
    "ReplayCache",
    "ServiceError",
    "StreamAnswer",
    "Tls",
    "check_record",
    "finger_name",
    "finger_names",
    "finger_position",
    "make_raw_sample",
    "make_sample",
    "make_slap",
    "present",
    "read_sample",
    "read_samples",
    "request_sha256",
    "slap_names",
    "status_list_uri",
    "verify_assertion",
    "verify_confirmation",
]
