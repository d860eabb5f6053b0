"""All RPCs of an application."""

from __future__ import annotations

from idverify.rpc.method import Methods
from idverify.rpc.servicers.assertions import AssertionServicer
from idverify.rpc.servicers.audit import AuditServicer
from idverify.rpc.servicers.biometrics import BiometricServicer
from idverify.rpc.servicers.enrolment import EnrolmentServicer
from idverify.rpc.servicers.procedures import ProcedureServicer
from idverify.rpc.servicers.records import RecordServicer
from idverify.rpc.servicers.verification import VerificationServicer
from idverify.services.application import Application


def all_methods(application: Application) -> Methods:
    """Return every RPC of every service."""
    servicers = (
        EnrolmentServicer(application.enrolment),
        VerificationServicer(application.verification, application.identification),
        BiometricServicer(application.samples),
        RecordServicer(application.records, application.catalogue),
        ProcedureServicer(application.catalogue),
        AssertionServicer(application.signer),
        AuditServicer(application.audit),
    )
    return [method for servicer in servicers for method in servicer.methods()]
