"""What is wrong with how a call ended."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from io import StringIO

from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from idverify.domain.reasons import Reason
from tests.attack.mutate.mutants import Mutant
from tests.attack.mutate.outcomes import GONE, Outcome, Refused
from tests.attack.mutate.rpcs import FOREIGN, RPCS
from tests.attack.mutate.standing import PERSONAL
from tests.attack.mutate.state import EVERYTHING
from tests.attack.mutate.values import LEAST_SAID

_READS = ("Get", "List", "Check", "Watch", "Wait", "Cancel", "Compare", "Extract", "ServerReflection")
"""What names of RPCs begin with that change nothing about anybody, and at most count that somebody asked."""

_REGISTER = {
    *("subjects", "encounters", "templates", "records", "consents", "clients", "transactions", "operations"),
    "gallery",
}

_CHANGED_BY_REFUSALS = {
    "GetCitizen": {"reads"},
    "ListCitizenChanges": {"reads"},
    "ListVirtualNumbers": {"reads"},
    "GetRecord": {"reads"},
    "ApproveAct": {"held_acts", "row_marks"},
    "Verify": {"samples", "probes"},
    "Identify": {"samples", "probes"},
    "AuthenticateCitizen": {"samples", "probes", "transactions"},
}
"""What is approved stays so, and is done later, where it cannot be done now. What was compared is known again, whatever
came of it, and a transaction goes on without a copy. A number that nobody bears costs as much as another."""

_OF_GRPC = {"CANCELLED", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED"}
"""Codes that gRPC gives by itself: to who does not wait, and for messages and headers beyond its limits."""

_OF_HEALTH = {"NOT_FOUND", "UNIMPLEMENTED"}
_CHOSEN_BY_CLIENT = ("request_id", "transaction_id", "time", "seconds")


class LogWatch(StringIO):
    """Stands in for stderr: keeps the lines of the log until they are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[str] = deque(maxlen=1000)

    def write(self, text: str) -> int:
        """Take a line."""
        self._lines.append(text)
        return len(text)

    def taken(self) -> list[dict[str, object]]:
        """Return the lines since the last time."""
        lines = []
        while self._lines:
            lines.append(json.loads(self._lines.popleft()))
        return lines


def changes_of(mutant: Mutant, outcome: Outcome) -> Collection[str]:
    """Return what may have changed."""
    may = outcome.code in {"OK", GONE, "DEADLINE_EXCEEDED"} or (outcome.answers and _name(mutant) == "IdentifyStream")
    if not may:
        return _CHANGED_BY_REFUSALS.get(_name(mutant), set())
    return EVERYTHING - _REGISTER if _name(mutant).startswith(_READS) else EVERYTHING


def faults(mutant: Mutant, outcome: Outcome, log: Sequence[dict[str, object]]) -> Iterator[str]:
    """Say what is wrong with the end of a call and with what the log says of it."""
    for refusal in outcome.refusals:
        yield from _of_refusal(mutant, refusal)
    for answer in outcome.answers:
        try:
            GetMessageClass(RPCS[mutant.rpc].output_type).FromString(answer)
        except DecodeError:
            yield "an answer that is none"
    for line in log:
        text = " ".join(str(value) for name, value in line.items() if name not in _CHOSEN_BY_CLIENT)
        if personal(text, mutant.put_in):
            yield "something of a request is in the log"
        if line["level"] == "ERROR":
            yield f"the log has an error: {_cause(line)}"


def _of_refusal(mutant: Mutant, refusal: Refused) -> Iterator[str]:
    if refusal.code in {"INTERNAL", "UNKNOWN"}:
        yield refusal.code
    elif not refusal.reason:
        allowed = _OF_GRPC | (_OF_HEALTH if mutant.rpc in FOREIGN else set())
        if refusal.code not in allowed:
            yield f"{refusal.code} without a reason: {refusal.message}"
    elif refusal.reason not in Reason.__members__:
        yield f"a reason that nobody knows: {refusal.reason}"
    if personal(" ".join((refusal.message, refusal.localized, *refusal.metadata.values())), mutant.put_in):
        yield f"{refusal.reason} tells something of the request"


def personal(text: str, put_in: Sequence[bytes]) -> bool:
    """Tell whether a text holds what is personal in the exemplars, or a piece of what was put in at random."""
    if any(piece in text for piece in PERSONAL):
        return True
    told = text.encode()
    long = [content for content in put_in if len(content) >= LEAST_SAID]
    return any(told[at : at + LEAST_SAID] in content for content in long for at in range(len(told) - LEAST_SAID + 1))


def _cause(line: dict[str, object]) -> str:
    return f"{line['message']} ({line.get('exception', line.get('cause'))} in {line.get('where')})"


def _name(mutant: Mutant) -> str:
    return RPCS[mutant.rpc].name
