"""Answers and errors as OSIA has them, whether they go back at once or by a callback."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

ERROR_TYPE = "application/error+json"
"""Media type of an error in a callback."""


def answer(content: object, status: int = 200) -> bytes:
    """Return an answer: its status in a line, and its JSON."""
    return f"{status}\n".encode() + written(content)


def written(content: object) -> bytes:
    """Return JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def error_of(problem: Response) -> dict[str, Any]:
    """Return a refusal of the door as OSIA's error: a number, which is the status that HTTP gives it, and words."""
    said = json.loads(bytes(problem.body))
    return {"code": problem.status_code, "message": f"{said['reason']}: {said['detail']}"}
