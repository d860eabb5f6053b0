"""A real server on a real socket, in a thread of the test; and what a client needs."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from idverify.bootstrap import build
from idverify.matching.assembly import Matching
from idverify.ports import Clock
from idverify.rpc.listening import credentials
from idverify.services.application import Application
from idverify.serving import Addresses, serve_until
from idverify.settings import Settings, load_settings
from idverify.v1 import enrolment_pb2, types_pb2
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.types import FingerPosition, Template
from tests.databases import Databases, copy_file, make_tables
from tests.fakes import FakeBiometrics, FakeGallery
from tests.waiting import PATIENCE

NUMBER = "027199000001"
OTHER_NUMBER = "027199000002"
PROCEDURE = "1.001193"


def local_settings(data_dir: Path, databases: Databases | None = None, **overrides: Any) -> Settings:
    """Settings of a server on a free loopback port; without ``databases`` on a file in its data folder.

    The tables are there already: some hundred servers would make them again.
    """
    if databases is None:
        copy_file(data_dir, make_tables)
    return load_settings(
        data_dir=data_dir,
        database_url=databases and databases.copy(data_dir, make_tables),
        listen=overrides.pop("listen", "127.0.0.1:0"),
        workers=2,
        shutdown_grace_seconds=5,
        **overrides,
    )


@dataclass
class RunningServer:
    """Serves in a thread of its own until stopped."""

    settings: Settings
    application: Application
    address: str = ""
    http: str = ""
    _started: threading.Event = field(default_factory=threading.Event)
    _stop: Callable[[], None] = lambda: None
    _thread: threading.Thread | None = None
    _failure: BaseException | None = None

    def start(self) -> RunningServer:
        self._thread = threading.Thread(target=self._run, name="server")
        self._thread.start()
        assert self._started.wait(PATIENCE)
        if self._failure is not None:
            self.application.close()
            raise self._failure
        return self

    def begin_stop(self) -> None:
        self._stop()

    def stop(self) -> None:
        """Stop it, and let go of its data; does nothing the second time."""
        assert self._thread is not None
        if self._thread.is_alive():
            self._stop()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self.application.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - carried over to the test's thread
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def request_stop() -> None:
            with suppress(RuntimeError):  # it has ended already, and its loop is closed
                loop.call_soon_threadsafe(stop.set)

        self._stop = request_stop

        def listening(at: Addresses) -> None:
            self.address, self.http = at.grpc, at.http
            self._started.set()

        tls = credentials(self.settings)
        await serve_until(stop, self.settings, self.application, tls, listening)


def start_server(
    settings: Settings, biometrics: FakeBiometrics | None = None, clock: Clock | None = None
) -> RunningServer:
    """Start a server with real storage and signatures, and prints that are lines of text."""
    matching = Matching(biometrics or FakeBiometrics(), FakeGallery())
    return RunningServer(settings, build(settings, clock=clock, matching=matching)).start()


def context(**fields: str) -> types_pb2.RequestContext:
    """A context with a new request id."""
    return types_pb2.RequestContext(**({"request_id": str(uuid.uuid4()), "agency_code": "H05.12"} | fields))


def print_of(text: str, position: str = "RIGHT_INDEX") -> types_pb2.FingerprintSample:
    """The sample that a line of text stands for."""
    return types_pb2.FingerprintSample(
        finger_position=f"FINGER_POSITION_{position}" if position else None, iso_19794_2_2005=text.encode()
    )


def record_of(template: Template) -> types_pb2.FingerprintSample:
    """The sample of a right index finger that minutiae stand for, as ISO/IEC 19794-2 has them."""
    record = template_to_record(template, FingerPosition.RIGHT_INDEX, finger_quality=80)
    return types_pb2.FingerprintSample(
        finger_position=types_pb2.FINGER_POSITION_RIGHT_INDEX, iso_19794_2_2005=write_record(record)
    )


def enrolment(number: str = NUMBER, who: str = "alice", **fields: str) -> enrolment_pb2.EnrolCitizenRequest:
    """A request to enrol two fingers."""
    return enrolment_pb2.EnrolCitizenRequest(
        context=context(**fields),
        citizen_number=number,
        personal_data=enrolment_pb2.PersonalData(full_name="Nguyễn Thị Thử", birth_date="1999-05-01", sex="F"),
        samples=[print_of(f"{who}/RIGHT_INDEX/80"), print_of(f"{who}/LEFT_INDEX/70", "LEFT_INDEX")],
    )


@dataclass(frozen=True)
class Refusal:
    """How a call was refused."""

    code: grpc.StatusCode
    reason: str
    metadata: dict[str, str]
    retry: bool
    fields: list[str]
    message: str


def refusal(call: Callable[..., Any], request: Message | bytes, **options: Any) -> Refusal:
    """Make a call that must fail, and return how."""
    try:
        answer = call(request, **options)
    except grpc.RpcError as error:
        return read_refusal(error)
    raise AssertionError(f"answered: {answer}")


def read_refusal(error: grpc.RpcError) -> Refusal:
    """Return the rich status of an error."""
    assert isinstance(error, grpc.Call)
    status = rpc_status.from_call(error)
    info, bad, retry = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
    retried = False
    for detail in status.details if status else ():
        detail.Unpack(info)
        detail.Unpack(bad)
        retried |= detail.Unpack(retry)
    if status is not None:
        assert info.domain == "idverify"
    fields = [violation.field for violation in bad.field_violations]
    return Refusal(error.code(), info.reason, dict(info.metadata), retried, fields, error.details() or "")
