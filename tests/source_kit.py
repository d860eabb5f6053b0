"""Sources of records as real servers: the reference, and some that are broken."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from joserfc.jwk import ECKey

from enroll_tools.record_source.command import start
from enroll_tools.record_source.register import Entry, Register
from enroll_tools.record_source.service import Identity, ReferenceSource
from idverify.v1 import record_source_pb2 as pb
from tests.waiting import PATIENCE

KIND = "health_insurance"
KNOWN, OTHER, UNKNOWN = "027199000001", "027199000002", "027199000003"
CARD = {"card_number": "DN4012345678901", "valid_from": "2026-01-01", "benefit_level": 4}
REGISTER: Register = {
    (KNOWN, KIND): Entry(CARD, 2),
    (OTHER, KIND): Entry(CARD | {"card_number": "DN4019876543210"}, 1),
}
KEY = ECKey.generate_key("P-256", {"kid": "k1"})
IDENTITY = Identity("insurer", "Bảo hiểm xã hội Việt Nam", KEY)


class WrongPerson(ReferenceSource):
    """Gives everybody's record to whoever asks."""

    def claims(self, request: pb.FetchRecordRequest, entry: Entry) -> dict[str, Any]:
        return super().claims(request, entry) | {"sub": OTHER if request.citizen_number == KNOWN else KNOWN}


class BadSignature(ReferenceSource):
    """Signs with a key that nobody was given."""

    def signed(self, claims: dict[str, Any]) -> str:
        stranger = ReferenceSource(Identity("insurer", "x", ECKey.generate_key("P-256", {"kid": "k1"})), {})
        return stranger.signed(claims)


class Unversioned(ReferenceSource):
    """Says no version."""

    def claims(self, request: pb.FetchRecordRequest, entry: Entry) -> dict[str, Any]:
        return {name: value for name, value in super().claims(request, entry).items() if name != "version"}


class Stale(ReferenceSource):
    """Says what the register said a year ago."""

    def claims(self, request: pb.FetchRecordRequest, entry: Entry) -> dict[str, Any]:
        return super().claims(request, entry) | {"as_of": int(self.clock()) - 365 * 86_400}


class ExtraFields(ReferenceSource):
    """Tells more than the type has."""

    def claims(self, request: pb.FetchRecordRequest, entry: Entry) -> dict[str, Any]:
        said = super().claims(request, entry)
        return said | {"record": said["record"] | {"employer": "x"}}


class WrongType(ReferenceSource):
    """Answers another question."""

    def claims(self, request: pb.FetchRecordRequest, entry: Entry) -> dict[str, Any]:
        return super().claims(request, entry) | {"record_type": "residence"}


class Replaying(ReferenceSource):
    """Says again what it said to somebody else."""

    said: pb.FetchRecordResponse | None = None

    def FetchRecord(  # noqa: N802 - as gRPC calls it
        self, request: pb.FetchRecordRequest, context: grpc.ServicerContext
    ) -> pb.FetchRecordResponse:
        if self.said is None:
            self.said = super().FetchRecord(request, context)
        return self.said


@dataclass
class Slow:
    """Holds every call until it is let go."""

    free: threading.Event = field(default_factory=threading.Event)

    def of(self, source: ReferenceSource) -> ReferenceSource:
        free, answer = self.free, source.claims

        def claims(request: pb.FetchRecordRequest, entry: Entry) -> dict[str, Any]:
            free.wait(PATIENCE)
            return answer(request, entry)

        source.claims = claims  # type: ignore[method-assign]
        return source


@contextmanager
def served(source: ReferenceSource) -> Iterator[str]:
    """Serve a source on a free port; give its address."""
    server, port = start(source, "127.0.0.1:0")
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait(PATIENCE)


def public_keys(folder: Path) -> Path:
    """Write the keys that the reference signs with."""
    path = folder / "insurer.jwks.json"
    path.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    return path


def reference() -> ReferenceSource:
    """A source that does as it should."""
    return ReferenceSource(IDENTITY, REGISTER)
