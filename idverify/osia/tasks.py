"""How what was accepted stands, and delivering it again."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.dispatch.method import Method
from idverify.osia.abis import NOTHING, SERVICE, method
from idverify.osia.answers import answer
from idverify.osia.requests import OsiaRequest
from idverify.services.calls.call import Call
from idverify.services.references.tasks import TaskService


@dataclass(frozen=True, slots=True)
class Tasks:
    """Answers the operations on tasks.

    Attributes:
        service: the use cases.
    """

    service: TaskService

    def methods(self) -> dict[str, Method[OsiaRequest]]:
        """Return the methods by operation id."""
        operations = {"readTaskStatus": self._status, "redeliverTaskResult": self._redeliver}
        return {name: method(SERVICE, name, run, None) for name, run in operations.items()}

    def _status(self, call: Call, request: OsiaRequest) -> bytes:
        return answer(self.service.status(call, request.path["taskId"]).value)

    def _redeliver(self, call: Call, request: OsiaRequest) -> bytes:
        return self.service.redeliver(call, request.path["taskId"], lambda: NOTHING)
