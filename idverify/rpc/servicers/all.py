"""All RPCs of an application."""

from __future__ import annotations

from idverify.dispatch.approving import Approving
from idverify.dispatch.method import Methods, StreamMethod
from idverify.dispatch.performing import Performer
from idverify.rpc.convert.numbers import Numbers
from idverify.rpc.servicers.acts import ActServicer
from idverify.rpc.servicers.assertions import AssertionServicer
from idverify.rpc.servicers.attempts import AttemptServicer
from idverify.rpc.servicers.audit import AuditServicer
from idverify.rpc.servicers.biometrics import BiometricServicer
from idverify.rpc.servicers.catalogue import CatalogueServicer
from idverify.rpc.servicers.citizens import CitizenServicer
from idverify.rpc.servicers.clients import ClientRegistryServicer
from idverify.rpc.servicers.confirmations import ConfirmationServicer
from idverify.rpc.servicers.devices import DeviceRegistryServicer
from idverify.rpc.servicers.enrolment import EnrolmentServicer
from idverify.rpc.servicers.gallery import GalleryServicer
from idverify.rpc.servicers.law.holds import LegalHoldServicer
from idverify.rpc.servicers.law.requests import SubjectRequestServicer
from idverify.rpc.servicers.log import LogServicer
from idverify.rpc.servicers.operations import OperationsServicer
from idverify.rpc.servicers.procedures import ProcedureServicer
from idverify.rpc.servicers.records import RecordServicer
from idverify.rpc.servicers.reports import ReportServicer
from idverify.rpc.servicers.transactions import ConsentServicer, TransactionServicer
from idverify.rpc.servicers.verification import VerificationServicer
from idverify.rpc.servicers.vouching.exceptions import ExceptionServicer
from idverify.rpc.servicers.vouching.queue import QueueServicer
from idverify.rpc.servicers.vouching.signing_in import SignInServicer
from idverify.rpc.servicers.vouching.slips import SlipServicer
from idverify.services.application import Application


def all_methods(application: Application) -> Methods:
    """Return every RPC of every service."""
    numbers = Numbers(application.provinces, application.clock)
    servicers = (
        CitizenServicer(
            application.changing,
            application.merging,
            application.locking,
            application.virtual_numbers,
            application.pins,
            application.own_history,
            numbers,
        ),
        EnrolmentServicer(application.enrolment, application.citizens, numbers),
        _verification(application),
        BiometricServicer(application.samples),
        RecordServicer(application.records, application.catalogue),
        ProcedureServicer(application.catalogue),
        CatalogueServicer(application.catalogue_keeping),
        AssertionServicer(application.signer, application.printer),
        AuditServicer(application.audit, application.trail_check, application.trail_search),
        LogServicer(application.proving),
        GalleryServicer(application.gallery, application.snapshot_time, application.operations),
        OperationsServicer(application.operations),
        AttemptServicer(application.attempts),
        ClientRegistryServicer(application.clients),
        TransactionServicer(
            application.transactions,
            application.factors,
            application.authentication,
            application.procedure_records,
            application.catalogue,
            application.clock,
        ),
        ExceptionServicer(application.exceptions),
        SlipServicer(application.slips),
        SubjectRequestServicer(application.subject_requests),
        LegalHoldServicer(application.legal_holds),
        ConsentServicer(application.consents),
        ConfirmationServicer(application.confirmations),
        DeviceRegistryServicer(application.devices),
        ReportServicer(application.papers, application.supervision),
        QueueServicer(application.supervision),
        SignInServicer(application.sign_ins),
    )
    methods = [method for servicer in servicers for method in servicer.methods()]
    by_name = {method.full_name: method for method in methods}
    approving = Approving(application.acts, by_name, performer_of(application), application.caller_again)
    return methods + ActServicer(application.acts, approving).methods()


def performer_of(application: Application) -> Performer:
    """Return what has the use cases answer requests."""
    return Performer(application.audit, application.pseudonyms, application.gate)


def all_streams(application: Application) -> list[StreamMethod]:
    """Return every streaming RPC of every service."""
    return _verification(application).streams()


def _verification(application: Application) -> VerificationServicer:
    return VerificationServicer(application.verification, application.identification)
