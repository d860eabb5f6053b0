"""The service as a Python object: one method a remote procedure, typed messages in and out, one exception."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from idverify.client.connection import DEFAULT_SERVER, Tls, open_channel
from idverify.client.errors import ServiceError, service_error, status_error
from idverify.client.health import wait_until_serving
from idverify.v1 import (
    assertions_pb2,
    assertions_pb2_grpc,
    audit_pb2,
    audit_pb2_grpc,
    biometrics_pb2,
    biometrics_pb2_grpc,
    enrolment_pb2,
    enrolment_pb2_grpc,
    gallery_pb2,
    gallery_pb2_grpc,
    procedures_pb2,
    procedures_pb2_grpc,
    records_pb2,
    records_pb2_grpc,
    verification_pb2,
    verification_pb2_grpc,
)
from idverify.v1.types_pb2 import FingerprintSample, Record, RequestContext

Response = TypeVar("Response", bound=Message)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who calls: goes into the context of every call that does not bring its own."""

    agency_code: str = ""
    officer_id: str = ""
    counter_id: str = ""


@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """How one of many identifications ended.

    Attributes:
        request_id: of its request.
        place: of its request, counting from 0.
        response: the answer, or None.
        error: the refusal, or None.
    """

    request_id: str
    place: int
    response: verification_pb2.IdentifyResponse | None
    error: ServiceError | None


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """How a search for duplicates stands. ``response`` when it succeeded, ``error`` when it ended otherwise."""

    done: bool
    metadata: gallery_pb2.FindDuplicatesMetadata
    response: gallery_pb2.FindDuplicatesResponse | None
    error: ServiceError | None


class Client:
    """Calls one server. Thread-safe; use it in a ``with`` block or call :meth:`close`.

    Every method takes a ``context`` (see :meth:`new_context`); without one, a fresh context with a new request_id is
    made. Calls that a lost connection interrupted are repeated a few times with the same request_id, so nothing happens
    twice. To repeat a call yourself, e.g. after a crash, pass a context with the request_id of the first try.

    Raises:
        ServiceError: every method, for whatever kept it from an answer.
    """

    def __init__(
        self, server: str = DEFAULT_SERVER, *, tls: Tls | None = None, desk: Desk | None = None, timeout: float = 30.0
    ) -> None:
        """Prepare a channel; nothing is sent yet.

        Args:
            server: ``host:port``.
            tls: needed for every server that is not on this machine.
            desk: who calls.
            timeout: seconds until a call is given up, repetitions included.
        """
        self._desk = desk or Desk()
        self._timeout = timeout
        self._channel = open_channel(server, tls)
        self._enrolment = enrolment_pb2_grpc.EnrolmentServiceStub(self._channel)
        self._verification = verification_pb2_grpc.VerificationServiceStub(self._channel)
        self._biometric = biometrics_pb2_grpc.BiometricServiceStub(self._channel)
        self._records = records_pb2_grpc.RecordServiceStub(self._channel)
        self._procedures = procedures_pb2_grpc.ProcedureServiceStub(self._channel)
        self._assertions = assertions_pb2_grpc.AssertionServiceStub(self._channel)
        self._gallery = gallery_pb2_grpc.GalleryServiceStub(self._channel)
        self._operations: Any = operations_pb2_grpc.OperationsStub(self._channel)
        self._audit = audit_pb2_grpc.AuditServiceStub(self._channel)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def new_context(
        self, *, procedure: str = "", dossier: str = "", transaction: str = "", request_id: str = ""
    ) -> RequestContext:
        """Return a context from the desk, with a new request_id unless one is given."""
        return RequestContext(
            request_id=request_id or str(uuid.uuid4()),
            transaction_id=transaction,
            procedure_code=procedure,
            dossier_code=dossier,
            agency_code=self._desk.agency_code,
            officer_id=self._desk.officer_id,
            counter_id=self._desk.counter_id,
        )

    # --- enrolment ---------------------------------------------------------------------------------------------------

    def enrol(
        self,
        citizen_number: str,
        personal_data: enrolment_pb2.PersonalData,
        samples: Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        duplicate_check: enrolment_pb2.DuplicateCheck = enrolment_pb2.DUPLICATE_CHECK_UNSPECIFIED,
    ) -> enrolment_pb2.EnrolCitizenResponse:
        """Enrol a citizen: all or nothing; refused if they seem to be enrolled already, unless you say otherwise."""
        request = enrolment_pb2.EnrolCitizenRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            personal_data=personal_data,
            samples=samples,
            duplicate_check=duplicate_check,
        )
        return self._call(enrolment_pb2.EnrolCitizenResponse, self._enrolment.EnrolCitizen, request)

    def add_fingerprints(
        self,
        citizen_number: str,
        samples: Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        duplicate_check: enrolment_pb2.DuplicateCheck = enrolment_pb2.DUPLICATE_CHECK_UNSPECIFIED,
    ) -> enrolment_pb2.AddFingerprintsResponse:
        """Add an encounter to an enrolled citizen; refused if the fingers seem to be somebody else's."""
        request = enrolment_pb2.AddFingerprintsRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            samples=samples,
            duplicate_check=duplicate_check,
        )
        return self._call(enrolment_pb2.AddFingerprintsResponse, self._enrolment.AddFingerprints, request)

    def get_citizen(
        self,
        citizen_number: str | None = None,
        *,
        subject_id: str | None = None,
        context: RequestContext | None = None,
    ) -> enrolment_pb2.Citizen:
        """Return a citizen by number or by internal identifier; exactly one is to be given."""
        request = enrolment_pb2.GetCitizenRequest(
            context=context or self.new_context(), citizen_number=citizen_number, subject_id=subject_id
        )
        response = self._call(enrolment_pb2.GetCitizenResponse, self._enrolment.GetCitizen, request)
        return response.citizen

    def citizens(self, *, page_size: int = 0, context: RequestContext | None = None) -> Iterator[enrolment_pb2.Citizen]:
        """Iterate over all citizens in order of enrolment, fetching a page when it is needed."""
        request = enrolment_pb2.ListCitizensRequest(context=context or self.new_context(), page_size=page_size)
        while True:
            response = self._call(enrolment_pb2.ListCitizensResponse, self._enrolment.ListCitizens, request)
            yield from response.citizens
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token

    def delete_citizen(
        self, citizen_number: str, context: RequestContext | None = None
    ) -> enrolment_pb2.DeleteCitizenResponse:
        """Remove a citizen and everything personal."""
        request = enrolment_pb2.DeleteCitizenRequest(
            context=context or self.new_context(), citizen_number=citizen_number
        )
        return self._call(enrolment_pb2.DeleteCitizenResponse, self._enrolment.DeleteCitizen, request)

    # --- decisions ---------------------------------------------------------------------------------------------------

    def verify(
        self,
        citizen_number: str,
        samples: Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        target_fmr: float = 0.0,
    ) -> verification_pb2.VerifyResponse:
        """Ask whether this is the person who bears the number. A non-match is an answer, no error."""
        request = verification_pb2.VerifyRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            samples=samples,
            target_fmr=target_fmr,
        )
        return self._call(verification_pb2.VerifyResponse, self._verification.Verify, request)

    def identify(
        self,
        samples: FingerprintSample | Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        max_candidates: int = 0,
        target_fpir: float = 0.0,
    ) -> verification_pb2.IdentifyResponse:
        """Ask who this is, by one finger or several of one person. Nobody is an answer, no error."""
        request = self.identify_request(samples, context, max_candidates=max_candidates, target_fpir=target_fpir)
        return self._call(verification_pb2.IdentifyResponse, self._verification.Identify, request)

    def identify_many(
        self, requests: Iterable[verification_pb2.IdentifyRequest], *, timeout: float | None = None
    ) -> Iterator[StreamAnswer]:
        """Identify many; answers come in the order in which they are ready, a refusal ends nothing.

        Requests are taken from the iterable as the service gets on, in a thread of gRPC's. Stop iterating to cancel.

        Args:
            requests: see :meth:`identify_request`.
            timeout: seconds for all of them; None: as long as it takes.
        """
        messages = (verification_pb2.IdentifyStreamRequest(request=request) for request in requests)
        call = self._verification.IdentifyStream(messages, timeout=timeout)
        try:
            for answer in call:
                yield _stream_answer(answer)
        except grpc.RpcError as error:
            raise _translated(error) from None
        finally:
            call.cancel()

    def identify_request(
        self,
        samples: FingerprintSample | Iterable[FingerprintSample],
        context: RequestContext | None = None,
        *,
        max_candidates: int = 0,
        target_fpir: float = 0.0,
    ) -> verification_pb2.IdentifyRequest:
        """Return what :meth:`identify` sends."""
        request = verification_pb2.IdentifyRequest(
            context=context or self.new_context(), max_candidates=max_candidates, target_fpir=target_fpir
        )
        several = [samples] if isinstance(samples, FingerprintSample) else list(samples)
        if len(several) == 1:  # as servers from before know it
            request.sample.CopyFrom(several[0])
        else:
            request.samples.extend(several)
        return request

    # --- samples alone -----------------------------------------------------------------------------------------------

    def extract_template(
        self, sample: FingerprintSample, context: RequestContext | None = None
    ) -> biometrics_pb2.ExtractTemplateResponse:
        """Find the minutiae and return them as an ISO/IEC 19794-2 record."""
        request = biometrics_pb2.ExtractTemplateRequest(context=context or self.new_context(), sample=sample)
        return self._call(biometrics_pb2.ExtractTemplateResponse, self._biometric.ExtractTemplate, request)

    def compare(
        self,
        probe: FingerprintSample,
        reference: FingerprintSample,
        context: RequestContext | None = None,
        *,
        target_fmr: float = 0.0,
    ) -> biometrics_pb2.CompareSamplesResponse:
        """Compare two samples of nobody in particular."""
        request = biometrics_pb2.CompareSamplesRequest(
            context=context or self.new_context(), probe=probe, reference=reference, target_fmr=target_fmr
        )
        return self._call(biometrics_pb2.CompareSamplesResponse, self._biometric.CompareSamples, request)

    def check_quality(
        self, sample: FingerprintSample, context: RequestContext | None = None
    ) -> biometrics_pb2.CheckQualityResponse:
        """Ask how good a sample is and what to do better."""
        request = biometrics_pb2.CheckQualityRequest(context=context or self.new_context(), sample=sample)
        return self._call(biometrics_pb2.CheckQualityResponse, self._biometric.CheckQuality, request)

    # --- records and procedures --------------------------------------------------------------------------------------

    def put_record(
        self,
        citizen_number: str,
        record_type: str,
        json: str,
        context: RequestContext | None = None,
        *,
        expected_version: int = 0,
    ) -> Record:
        """Store a linked record, replacing the version before."""
        request = records_pb2.PutRecordRequest(
            context=context or self.new_context(),
            citizen_number=citizen_number,
            record_type=record_type,
            json=json,
            expected_version=expected_version,
        )
        response = self._call(records_pb2.PutRecordResponse, self._records.PutRecord, request)
        return response.record

    def get_record(self, citizen_number: str, record_type: str, context: RequestContext | None = None) -> Record:
        """Return a linked record whole."""
        request = records_pb2.GetRecordRequest(
            context=context or self.new_context(), citizen_number=citizen_number, record_type=record_type
        )
        response = self._call(records_pb2.GetRecordResponse, self._records.GetRecord, request)
        return response.record

    def record_types(self) -> list[records_pb2.RecordType]:
        """Return the record types with their JSON Schemas."""
        request = records_pb2.ListRecordTypesRequest()
        response = self._call(records_pb2.ListRecordTypesResponse, self._records.ListRecordTypes, request)
        return list(response.record_types)

    def procedures(self) -> list[procedures_pb2.Procedure]:
        """Return all procedures."""
        request = procedures_pb2.ListProceduresRequest()
        response = self._call(procedures_pb2.ListProceduresResponse, self._procedures.ListProcedures, request)
        return list(response.procedures)

    def procedure(self, code: str) -> procedures_pb2.Procedure:
        """Return one procedure."""
        request = procedures_pb2.GetProcedureRequest(code=code)
        response = self._call(procedures_pb2.GetProcedureResponse, self._procedures.GetProcedure, request)
        return response.procedure

    # --- the gallery as a whole --------------------------------------------------------------------------------------

    def gallery_status(self) -> gallery_pb2.GetGalleryStatusResponse:
        """Ask how large the gallery is and how quick its searches are."""
        request = gallery_pb2.GetGalleryStatusRequest()
        return self._call(gallery_pb2.GetGalleryStatusResponse, self._gallery.GetGalleryStatus, request)

    def start_find_duplicates(self, context: RequestContext | None = None, *, target_fpir: float = 0.0) -> str:
        """Start to search everybody among all others; return the operation's name."""
        request = gallery_pb2.StartFindDuplicatesRequest(context=context or self.new_context(), target_fpir=target_fpir)
        response = self._call(gallery_pb2.StartFindDuplicatesResponse, self._gallery.StartFindDuplicates, request)
        return response.operation

    def wait_find_duplicates(self, name: str) -> FindDuplicates:
        """Return how it stands when it has ended, or after a few seconds."""
        request = operations_pb2.WaitOperationRequest(name=name)
        return _find_duplicates(self._call(operations_pb2.Operation, self._operations.WaitOperation, request))

    def cancel_operation(self, name: str) -> None:
        """Ask an operation to end."""
        self._call(Empty, self._operations.CancelOperation, operations_pb2.CancelOperationRequest(name=name))

    # --- trust -------------------------------------------------------------------------------------------------------

    def key_set(self) -> assertions_pb2.GetKeySetResponse:
        """Return the public keys to check assertions with."""
        return self._call(
            assertions_pb2.GetKeySetResponse, self._assertions.GetKeySet, assertions_pb2.GetKeySetRequest()
        )

    def audit_events(self, *, subject_id: str = "", page_size: int = 0) -> Iterator[audit_pb2.AuditEvent]:
        """Iterate over the audit trail, oldest first, fetching a page when it is needed."""
        request = audit_pb2.ListAuditEventsRequest(page_size=page_size, subject_id=subject_id)
        while True:
            response = self._call(audit_pb2.ListAuditEventsResponse, self._audit.ListAuditEvents, request)
            yield from response.events
            if not response.next_page_token:
                return
            request.page_token = response.next_page_token

    def check_audit_trail(self) -> audit_pb2.CheckAuditTrailResponse:
        """Have the whole chain recomputed."""
        return self._call(
            audit_pb2.CheckAuditTrailResponse, self._audit.CheckAuditTrail, audit_pb2.CheckAuditTrailRequest()
        )

    def wait_until_serving(self, seconds: float) -> bool:
        """Wait until the server says that it serves; False if it does not within the time."""
        return wait_until_serving(self._channel, seconds)

    def _call(self, expected: type[Response], method: Any, request: Message) -> Response:
        """Call a method of a generated stub, which is untyped."""
        try:
            answer = method(request, timeout=self._timeout)
        except grpc.RpcError as error:
            raise _translated(error) from None
        assert isinstance(answer, expected)
        return answer


def _translated(error: grpc.RpcError) -> ServiceError:
    if isinstance(error, grpc.Call):
        return service_error(error)
    return ServiceError(grpc.StatusCode.UNKNOWN, "UNKNOWN", "the call failed without a status", {})


def _find_duplicates(operation: operations_pb2.Operation) -> FindDuplicates:
    metadata, response = gallery_pb2.FindDuplicatesMetadata(), None
    operation.metadata.Unpack(metadata)
    if operation.HasField("response"):
        response = gallery_pb2.FindDuplicatesResponse()
        operation.response.Unpack(response)
    error = status_error(operation.error) if operation.HasField("error") else None
    return FindDuplicates(operation.done, metadata, response, error)


def _stream_answer(answer: verification_pb2.IdentifyStreamResponse) -> StreamAnswer:
    if answer.WhichOneof("result") == "response":
        return StreamAnswer(answer.request_id, answer.place, answer.response, None)
    return StreamAnswer(answer.request_id, answer.place, None, status_error(answer.error))
