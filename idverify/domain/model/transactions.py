"""A counter transaction: from the clerk's first key to the assertion, each step bound to the one before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from idverify.domain.factors.shown import NOTHING_BESIDES, FactorsShown
from idverify.domain.model.callers import RequestContext
from idverify.domain.model.consents import ConsentGiven
from idverify.domain.model.devices import AttestedCapture
from idverify.domain.model.prints import Advice, Features, FingerPosition
from idverify.domain.model.vouching import Vouching


class Outcome(Enum):
    """How a transaction ended."""

    AUTHENTICATED = "AUTHENTICATED"
    VOUCHED = "VOUCHED"
    ABANDONED = "ABANDONED"
    CONSENT_REFUSED = "CONSENT_REFUSED"
    EXPIRED = "EXPIRED"


class Action(Enum):
    """What the officer does next."""

    CAPTURE = "CAPTURE"
    READ_CARD = "READ_CARD"
    ENTER_PIN = "ENTER_PIN"
    CONSENT = "CONSENT"
    AUTHENTICATE = "AUTHENTICATE"
    SECOND_OFFICER = "SECOND_OFFICER"
    CONCLUDE = "CONCLUDE"
    STOP = "STOP"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the officer does next.

    Attributes:
        action: of which kind.
        finger: to be captured.
        advice: on how.
        expired: it has ended because its time is over.
        wait_seconds: before anything is compared.
        may_be_passed: without it the comparison is taken all the same, and some fields are kept back.
    """

    action: Action
    finger: FingerPosition | None = None
    advice: tuple[Advice, ...] = ()
    may_be_passed: bool = False
    expired: bool = False
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class StepTaken:
    """What a step has to show of the one before: the nonce that began the transaction, and where it stands."""

    transaction_id: str
    nonce: str = field(repr=False)
    step: str


@dataclass(frozen=True, slots=True)
class Capture:
    """An impression that was taken in a transaction.

    Attributes:
        features: what was extracted.
        sample_sha256: digest of the sample's bytes, hexadecimal.
        attested: None: no device vouches for it.
    """

    features: Features
    sample_sha256: str
    attested: AttestedCapture | None = None


# Many fields: everything that is kept between two calls is here.
@dataclass(frozen=True, slots=True)
class Transaction:
    """Where a transaction stands.

    Attributes:
        transaction_id: as the caller names it.
        client: the only one that may go on with it.
        context: who acts, for whom and why, as it was begun; without a request id.
        nonce: base64url of 32 random bytes, to be bound into captures.
        step: digest over all steps taken.
        begun: when.
        expires: when it ends by itself.
        subject_id: whom it is about; empty: not stated yet.
        procedure_version: of the procedure as it was when it began.
        wanted: fingers to be taken, best first.
        captures: impressions that were taken and not compared yet.
        tried: fingers whose impressions were compared in vain.
        consent: as given, not yet of a proven person.
        consent_id: by which it will be named.
        stopped: no more tries are taken.
        outcome: None while it is open.
        in_vain: impressions that were too poor, and comparisons without a match.
        vouching: an officer vouches for the citizen, who shows no finger; None: nobody does.
        besides: what was shown besides fingers.
        slip_number: of the paper slip that a match confirms; empty: none.
        sign_in_id: of the sign-in that a match proves; empty: none.
    """

    transaction_id: str
    client: str
    context: RequestContext
    nonce: str = field(repr=False)
    step: str
    begun: datetime
    expires: datetime
    procedure_version: int
    subject_id: str = ""
    wanted: tuple[FingerPosition, ...] = ()
    captures: tuple[Capture, ...] = field(default=(), repr=False)
    tried: tuple[FingerPosition, ...] = ()
    consent: ConsentGiven | None = None
    consent_id: str = ""
    stopped: bool = False
    outcome: Outcome | None = None
    in_vain: int = 0
    vouching: Vouching | None = None
    besides: FactorsShown = NOTHING_BESIDES
    slip_number: str = field(default="", repr=False)
    sign_in_id: str = ""


class SignInState(Enum):
    """Where a sign-in stands that a portal asked for."""

    WAITING = "WAITING"
    AT_COUNTER = "AT_COUNTER"
    PROVEN = "PROVEN"
    DENIED = "DENIED"


# Many fields: everything that is kept between two calls is here.
@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that a portal asked for, and the citizen proves at a counter (OpenID Connect CIBA Core 1.0).

    Attributes:
        sign_in_id: by which a counter names it.
        request_digest: keyed digest of ``auth_req_id``, by which the portal names it.
        number_digest: keyed digest of the citizen number that the portal stated.
        client: the portal.
        citizen_number: as the portal stated it; nobody may bear it.
        procedure_code: what the citizen is signed in for.
        asked: when.
        expires: when it ends by itself.
        interval: seconds that the portal waits between two polls.
        polled: when it asked last; None: not yet.
        state: where it stands.
        transaction_id: in which the citizen proves it; empty: none yet.
        subject_id: who has proven it; empty: nobody yet.
        assertion: of the match that proves it; empty: there is none yet.
    """

    sign_in_id: str
    request_digest: bytes
    number_digest: bytes
    client: str
    citizen_number: str = field(repr=False)
    procedure_code: str
    asked: datetime
    expires: datetime
    interval: int
    polled: datetime | None = None
    state: SignInState = SignInState.WAITING
    transaction_id: str = ""
    subject_id: str = ""
    assertion: str = field(default="", repr=False)
