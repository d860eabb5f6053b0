"""One try at a counter: what was true of it, and what the service said. The clerk writes it, the oracle reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from enroll_tools.day.plan import Visit
from idverify.v1.verification_pb2 import Disclosure


@dataclass(frozen=True, slots=True)
class Truth:
    """What is really so, which the service has to find out.

    Attributes:
        number: under what the citizen is asked for: ``first``, ``second`` (of a merged person), ``virtual``, ``free``.
        poor: the picture carries no decision.
        other_finger: it is of a finger that is not enrolled, or another person's.
        seen_before: the very picture was shown before.
        number_used: the one-time number had its match.
        led: in a transaction, not in one call.
        stale_step: the step that is shown is past.
        consented: consent was noted in the transaction, or is named and holds.
        once_more: no finger is shown, but the assertion of a match.
        changed: that assertion has another bit.
        others: it is shown by the other counter.
        vouched: no finger is shown, and two officers vouch for an injured hand.
        slip: a paper slip is entered: ``once``, or ``twice``.
        withdrawn: the consent that is named was taken back.
        afternoon: after noon.
        last: no other picture was taken after this one.
    """

    number: str = "first"
    poor: bool = False
    other_finger: bool = False
    seen_before: bool = False
    number_used: bool = False
    led: bool = False
    stale_step: bool = False
    consented: bool = False
    once_more: bool = False
    changed: bool = False
    others: bool = False
    vouched: bool = False
    slip: str = ""
    withdrawn: bool = False
    afternoon: bool = False
    last: bool = True


@dataclass(frozen=True, slots=True)
class Came:
    """What the service said, and ``seconds`` of the call.

    ``said``: a decision, ``DISCLOSED``, ``VOUCHED``, ``ENTERED``, or the reason code of its refusal.
    """

    said: str
    seconds: float
    disclosure: Disclosure | None = field(default=None, repr=False)
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Try:
    """A call that had to be decided."""

    visit: Visit
    truth: Truth
    came: Came
