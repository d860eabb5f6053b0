"""Logs: one JSON object a line. Only fields in the list below go out, so that nothing personal slips in."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

FIELDS = (
    "method",
    "caller",
    "code",
    "reason",
    "seconds",
    "request_id",
    "transaction_id",
    "exception",
    "where",
    "address",
    "http",
    "open_in_browser",
    "tls",
    "workers",
    "queue_length",
    "templates",
    "added",
    "removed",
    "segments",
    "bytes",
    "lines",
    "cause",
    "source",
    "fault",
    "detail",
    "certificate_sha256",
    "certificate",
    "days",
    "lists",
    "loops",
    "loop",
)
"""What a line may carry besides time, level, logger and message; given as ``extra=`` to the call."""

_JSON = json.JSONEncoder(ensure_ascii=False)

_GRPC, _CALL_IS_OVER = "grpc._cython.cygrpc", "ExecuteBatchError"


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON. Of an exception only the type is told: its text may hold anything."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        given = record.__dict__
        line |= {name: value for name in FIELDS if (value := given.get(name)) is not None}
        if record.exc_info and record.exc_info[0] is not None:
            line.setdefault("exception", record.exc_info[0].__name__)
        return _JSON.encode(line)


class WhoStillWaits(logging.Filter):
    """Keeps out what gRPC calls an error of ours when a caller is gone, or out of time, as it begins to answer."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a line is about more than that."""
        kind = record.exc_info[0] if record.exc_info else None
        return not (record.name == _GRPC and kind is not None and kind.__name__ == _CALL_IS_OVER)


def configure_logging(stream: TextIO | None = None) -> None:
    """Send this package's log, and warnings of all others, to a stream; stderr if None."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    handler.addFilter(WhoStillWaits())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("idverify").setLevel(logging.INFO)
