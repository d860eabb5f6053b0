"""Who calls, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from idverify.domain.model.prints import SampleKind


class Role(Enum):
    """What a caller is to the service."""

    COUNTER = "counter"
    ENROLLER = "enroller"
    ADMIN = "admin"
    AUDITOR = "auditor"
    TESTER = "tester"


@dataclass(frozen=True, slots=True)
class Caller:
    """A client system, known by its certificate.

    Attributes:
        name: as registered; goes to the audit trail and is the audience of assertions.
        roles: what it may do.
        agency_code: if set, the only agency it may act for.
        sample_kinds: what it may send. Minutiae are easily made up and moved about, pixel by pixel; an image has to be
            drawn first.
    """

    name: str
    roles: frozenset[Role]
    agency_code: str | None = None
    sample_kinds: frozenset[SampleKind] = frozenset({SampleKind.IMAGE})


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who calls, for whom and why; see ``RequestContext`` in ``types.proto``. Empty string: not given."""

    request_id: str = ""
    transaction_id: str = ""
    procedure_code: str = ""
    dossier_code: str = ""
    agency_code: str = ""
    officer_id: str = ""
    counter_id: str = ""
