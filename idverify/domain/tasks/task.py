"""A request that was accepted and is answered later, by a callback: how it stands, and when it is tried again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60, 300, 900, 3600, 3600, 3600))
"""After each delivery that failed; some four hours in all."""


class TaskState(Enum):
    """How a task stands, as OSIA has it (ABIS 1.6.0, readTaskStatus)."""

    PENDING = "PENDING"
    RESPONSE_SCHEDULED = "RESPONSE_SCHEDULED"
    RESPONSE_RETRY = "RESPONSE_RETRY"
    RESPONSE_ERROR = "RESPONSE_ERROR"
    COMPLETED = "COMPLETED"


@dataclass(frozen=True, slots=True)
class Task:
    """A request, and once it is worked on its result in its place.

    Attributes:
        task_id: random; the id of the request as it is worked on, so that it is done once.
        caller: whose it is.
        method: which operation.
        transaction_id: as the request stated it; told with the result.
        callback: address at which the result is wanted.
        request: as it is worked on; empty once that is done.
        created, updated: when it was accepted, and when it came to stand as it does.
        due: when it is worked on, or delivered; None: no more.
        tries: deliveries that failed.
        refused: the result is an error.
        result: of an answer without content empty, as once it is delivered.
        version: counts the changes.
    """

    task_id: str
    caller: str
    method: str
    transaction_id: str
    callback: str = field(repr=False)
    request: bytes = field(repr=False)
    created: datetime
    updated: datetime
    due: datetime | None
    state: TaskState = TaskState.PENDING
    tries: int = 0
    refused: bool = False
    result: bytes = field(default=b"", repr=False)
    version: int = 1

    def answered(self, result: bytes, now: datetime, *, refused: bool) -> Task:
        """Return it with its result, to be delivered at once."""
        changed = self._next(TaskState.RESPONSE_SCHEDULED, now, now)
        return replace(changed, request=b"", result=result, refused=refused)

    def delivered(self, now: datetime) -> Task:
        """Return it as done; the result is not kept."""
        return replace(self._next(TaskState.COMPLETED, now, None), result=b"")

    def missed(self, now: datetime) -> Task:
        """Return it to be delivered again later; or not, after too many tries."""
        if self.tries == len(_PAUSES):
            return self._next(TaskState.RESPONSE_ERROR, now, None)
        again = self._next(TaskState.RESPONSE_RETRY, now, now + _PAUSES[self.tries])
        return replace(again, tries=self.tries + 1)

    def wanted_again(self, now: datetime) -> Task:
        """Return it to be delivered at once, and then as often as at first."""
        return replace(self._next(TaskState.RESPONSE_RETRY, now, now), tries=0)

    def _next(self, state: TaskState, now: datetime, due: datetime | None) -> Task:
        return replace(self, state=state, updated=now, due=due, version=self.version + 1)
