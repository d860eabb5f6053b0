"""The service as a Python object: one method a remote procedure, typed messages in and out, one exception."""

from __future__ import annotations

from idverify.client.administration.acts import ActCalls
from idverify.client.administration.catalogue import CatalogueCalls
from idverify.client.administration.clients import RegistryCalls
from idverify.client.administration.devices import DeviceCalls
from idverify.client.administration.holds import LegalHoldCalls
from idverify.client.administration.reports import ReportCalls
from idverify.client.administration.requests import SubjectRequestCalls
from idverify.client.attempts import AttemptCalls
from idverify.client.biometrics import BiometricCalls
from idverify.client.citizens import CitizenCalls
from idverify.client.confirmations import ConfirmationCalls
from idverify.client.enrolment import EnrolmentCalls
from idverify.client.gallery import GalleryCalls
from idverify.client.records import RecordCalls
from idverify.client.slips import SlipCalls
from idverify.client.transactions import TransactionCalls
from idverify.client.transport.awaiting import Awaiting
from idverify.client.transport.blocking import Blocking
from idverify.client.trust import TrustCalls
from idverify.client.verification import VerificationCalls


class _EveryCall(  # one base a service
    EnrolmentCalls,
    CitizenCalls,
    VerificationCalls,
    BiometricCalls,
    RecordCalls,
    CatalogueCalls,
    TransactionCalls,
    SlipCalls,
    SubjectRequestCalls,
    LegalHoldCalls,
    ConfirmationCalls,
    DeviceCalls,
    ReportCalls,
    GalleryCalls,
    AttemptCalls,
    RegistryCalls,
    ActCalls,
    TrustCalls,
):
    """Every call as it is described, once for both clients."""


class Client(_EveryCall, Blocking):
    """Calls one server, or several in turn. Thread-safe; use it in a ``with`` block or call :meth:`close`.

    Every method takes a ``context`` (see :meth:`new_context`); without one, a fresh context with a new request_id is
    made. Calls that a lost connection interrupted are repeated a few times with the same request_id, so nothing happens
    twice. To repeat a call yourself, e.g. after a crash, pass a context with the request_id of the first try.

    Raises:
        ServiceError: every method, for whatever kept it from an answer.
    """


class AsyncClient(_EveryCall, Awaiting):
    """Calls one server, or several, from an event loop, within which it is made.

    It has the methods of :class:`Client`, each of which is awaited, or iterated over with ``async for``. Use it in an
    ``async with`` block or await :meth:`close`.

    Raises:
        ServiceError: see :class:`Client`.
    """
