"""Who is enrolled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum

from idverify.domain.model.prints import FingerPosition, Quality


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Personal data of a citizen; ``birth_date`` YYYY-MM-DD or YYYY or empty, ``sex`` M, F or empty."""

    full_name: str = field(repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Impression:
    """One stored impression, without its template."""

    position: FingerPosition
    quality: Quality
    extractor: str


@dataclass(frozen=True, slots=True)
class Encounter:
    """One occasion on which impressions were taken."""

    encounter_id: str
    created: datetime
    impressions: tuple[Impression, ...]


class CitizenState(Enum):
    """Whether a citizen can be proven to be who they are."""

    ACTIVE = "ACTIVE"
    LOCKED = "LOCKED"
    DEACTIVATED = "DEACTIVATED"
    DECEASED = "DECEASED"
    MERGED = "MERGED"


class NumberWarning(StrEnum):
    """What may be unusual about a citizen number."""

    UNKNOWN_PROVINCE_PREFIX = "UNKNOWN_PROVINCE_PREFIX"
    BIRTH_YEAR_DISAGREES = "BIRTH_YEAR_DISAGREES"
    BIRTH_YEAR_TO_COME = "BIRTH_YEAR_TO_COME"
    SEX_DISAGREES = "SEX_DISAGREES"


class ChangeReason(Enum):
    """Why something about a citizen was changed."""

    RECORDING_ERROR = "RECORDING_ERROR"
    LEGAL_CHANGE = "LEGAL_CHANGE"
    NUMBER_REISSUED = "NUMBER_REISSUED"
    CITIZEN_REQUEST = "CITIZEN_REQUEST"
    MISUSE_SUSPECTED = "MISUSE_SUSPECTED"
    LEGAL_DECISION = "LEGAL_DECISION"
    DEATH_REGISTERED = "DEATH_REGISTERED"
    RESOLVED = "RESOLVED"
    FINGERS_SEEN = "FINGERS_SEEN"


class FingerFault(Enum):
    """Why a finger cannot be shown."""

    MISSING = "MISSING"
    DAMAGED = "DAMAGED"
    BANDAGED = "BANDAGED"


@dataclass(frozen=True, slots=True)
class FingerException:
    """A finger that cannot be shown. ``until``: the last day, in Viet Nam; None: for good."""

    position: FingerPosition
    fault: FingerFault
    until: date | None = None

    def holds(self, today: date) -> bool:
        """Tell whether it still cannot."""
        return self.until is None or today <= self.until


@dataclass(frozen=True, slots=True)
class CitizenStanding:
    """What may change about a citizen.

    Attributes:
        merged_into: subject id of who they turned out to be; empty: nobody else.
        absorbed: subject ids of who turned out to be them.
        fingers: those that cannot be shown.
    """

    personal_data: PersonalData = field(repr=False)
    citizen_number: str = field(repr=False)
    state: CitizenState = CitizenState.ACTIVE
    merged_into: str = ""
    absorbed: tuple[str, ...] = ()
    fingers: tuple[FingerException, ...] = ()


@dataclass(frozen=True, slots=True)
class CitizenChange:
    """That something about a citizen was changed, and why.

    Attributes:
        version: of the citizen since, counting from 1, which is how they were enrolled.
        changed: when.
        reason: why.
        grounds: on what paper or decision, as the officer wrote it.
        client: which client changed it.
        officer: whom it named.
        before: how the citizen stood until then.
        after: and since.
    """

    version: int
    changed: datetime
    reason: ChangeReason
    grounds: str = field(repr=False)
    client: str
    officer: str
    before: CitizenStanding
    after: CitizenStanding


@dataclass(frozen=True, slots=True)
class VirtualNumber:
    """A random number that stands for a citizen's until it expires, is revoked, or, if for one time, is used."""

    number: str = field(repr=False)
    subject_id: str
    created: datetime
    expires: datetime
    one_time: bool
    version: int = 1
    used: datetime | None = None
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Citizen:
    """An enrolled citizen. ``subject_id`` is random and says nothing; ``ordinal`` is the order of enrolment.

    Attributes:
        former_numbers: those that lead to them still.
        former_data: what was right about them until the law changed it, oldest first.
        version: how often something about them was changed, plus one.
        changed: when it was last; None: never.
        merged_into: subject id of who they turned out to be; empty: nobody else.
        absorbed: subject ids of who turned out to be them.
        fingers: those that cannot be shown.
    """

    subject_id: str
    ordinal: int
    citizen_number: str = field(repr=False)
    personal_data: PersonalData = field(repr=False)
    encounters: tuple[Encounter, ...]
    created: datetime
    state: CitizenState = CitizenState.ACTIVE
    version: int = 1
    former_numbers: tuple[str, ...] = field(default=(), repr=False)
    former_data: tuple[PersonalData, ...] = field(default=(), repr=False)
    changed: datetime | None = None
    merged_into: str = ""
    absorbed: tuple[str, ...] = ()
    fingers: tuple[FingerException, ...] = ()

    @property
    def standing(self) -> CitizenStanding:
        """What may change about them."""
        return CitizenStanding(
            self.personal_data, self.citizen_number, self.state, self.merged_into, self.absorbed, self.fingers
        )

    @property
    def updated(self) -> datetime:
        """When something about them was last changed."""
        return self.changed or self.created
