"""The generated stubs of all services on one channel."""

from __future__ import annotations

import grpc

from idverify.v1 import (
    assertions_pb2_grpc,
    audit_pb2,
    audit_pb2_grpc,
    biometrics_pb2_grpc,
    enrolment_pb2,
    enrolment_pb2_grpc,
    log_pb2_grpc,
    procedures_pb2_grpc,
    records_pb2_grpc,
    types_pb2,
    verification_pb2_grpc,
)

TESTING = types_pb2.RequestContext(purpose=types_pb2.PURPOSE_TEST)


class Stubs:
    """What a client generates from the protos."""

    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        self.enrolment = enrolment_pb2_grpc.EnrolmentServiceStub(channel)
        self.verification = verification_pb2_grpc.VerificationServiceStub(channel)
        self.biometrics = biometrics_pb2_grpc.BiometricServiceStub(channel)
        self.records = records_pb2_grpc.RecordServiceStub(channel)
        self.procedures = procedures_pb2_grpc.ProcedureServiceStub(channel)
        self.assertions = assertions_pb2_grpc.AssertionServiceStub(channel)
        self.audit = audit_pb2_grpc.AuditServiceStub(channel)
        self.log = log_pb2_grpc.LogServiceStub(channel)

    def trail(self) -> list[audit_pb2.AuditEvent]:
        """All audit events."""
        return list(self.audit.ListAuditEvents(audit_pb2.ListAuditEventsRequest(page_size=1000)).events)

    def outcomes(self) -> list[str]:
        """What the trail says was done, in short."""
        return [f"{event.action}:{event.outcome}" for event in self.trail()]

    def count(self) -> int:
        """How many citizens are enrolled."""
        return len(
            self.enrolment.ListCitizens(enrolment_pb2.ListCitizensRequest(context=TESTING, page_size=1000)).citizens
        )
