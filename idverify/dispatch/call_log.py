"""How a call ended, told in one log line and to the watch: what, who, how, how long. Nothing of its content."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from idverify.dispatch.refusal import CODES, FailedError
from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import RequestContext, Role
from idverify.ports import UNWATCHED, CallEnded, Watch
from idverify.telemetry.troubles import cause_of

_LOG = logging.getLogger(__name__)
_NOTHING_READ = RequestContext()


@dataclass(slots=True)
class CallLine:
    """Collects what is said of one call. ``role``: by which the caller was let in, which the watch is told, not who."""

    method: str
    caller: str | None = None
    watch: Watch = UNWATCHED
    role: Role | None = None
    context: RequestContext = _NOTHING_READ
    started: float = field(default_factory=time.monotonic)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell it when the block ends, however it ends. For the event loop, around all that a call does.

        Raises:
            DomainError: as it was raised.
            FailedError: instead of whatever else was raised.
        """
        with self.watch.call(self.method):
            try:
                yield
            except DomainError as error:
                self._ended(CODES[error.reason.kind], error.reason)
                raise
            except asyncio.CancelledError:
                self._ended("CANCELLED")
                raise
            except Exception as error:  # noqa: BLE001 - the boundary: a door would send the text of what gets past here
                reference = self._failed(error)
            else:
                self._ended("OK")
                return
            raise FailedError(reference)

    def _ended(self, code: str, reason: Reason | None = None) -> None:
        _LOG.info("call", extra=self._fields(code) | {"reason": reason.code if reason else None})
        self._told(code, reason)

    def _told(self, code: str, reason: Reason | None = None) -> None:
        self.watch.call_ended(CallEnded(self.method, self.role, code, reason, time.monotonic() - self.started))

    def _failed(self, error: BaseException) -> str:
        """Write the line; of the exception only its type and place are told: its text may quote what is personal.

        Unless it is our own word that what is stored is not as it was left.
        """
        reference = self.context.request_id or str(uuid.uuid4())
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else None
        fields = self._fields("INTERNAL") | {"request_id": reference, "exception": type(error).__name__, "where": where}
        if isinstance(error, StoredDataError):
            fields["cause"] = cause_of(error)
        _LOG.error("call failed", extra=fields)
        self._told("INTERNAL")
        return reference

    def _fields(self, code: str) -> dict[str, object]:
        return {
            "method": self.method,
            "caller": self.caller,
            "code": code,
            "seconds": round(time.monotonic() - self.started, 4),
            "request_id": self.context.request_id or None,
            "transaction_id": self.context.transaction_id or None,
        }
