"""JSON (RFC 8259) that everybody reads alike: no member twice, no NaN, no number or text that breaks later."""

from __future__ import annotations

import json
import math
from typing import Any

_MOST_VALUES = 8_000_000
"""A sample of the largest written as an array of bytes. Each empty array takes two bytes of text, and 64 of memory."""


class StrictJsonError(ValueError):
    """The text is not acceptable JSON; says where, never what."""


def parse_strict(text: str | bytes) -> Any:
    """Read JSON.

    Args:
        text: or its bytes, in UTF-8.

    Raises:
        StrictJsonError: not JSON, or not UTF-8; a member twice in one object (readers differ in which one they take);
            NaN, infinite or unreadably long numbers; half a surrogate pair; nested too deeply; millions of values.
    """
    try:
        decoded = text if isinstance(text, str) else text.decode("utf-8-sig")
        _require_few(decoded)
        value = json.loads(decoded, object_pairs_hook=_object, parse_constant=_constant, parse_float=_finite)
        # What cannot be written out again would fail at disclosure, long after it was accepted. Of what was UTF-8 that
        # is what was escaped: images of megabytes are not.
        if decoded is text or "\\u" in decoded:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        # The error's text holds no content, but its cause would hold all of it.
        raise StrictJsonError(f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except UnicodeDecodeError:
        raise StrictJsonError("not UTF-8") from None
    except RecursionError:
        raise StrictJsonError("nested too deeply") from None
    except UnicodeEncodeError:
        raise StrictJsonError("a string has half a surrogate pair") from None
    except StrictJsonError:
        raise
    except ValueError:  # Python's own limit
        raise StrictJsonError("a number has too many digits") from None
    return value


def _require_few(text: str) -> None:
    # Commas in texts count too: images as base64 have none.
    if sum(map(text.count, ",[{")) > _MOST_VALUES:
        raise StrictJsonError("too many values")


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise StrictJsonError("an object has a member twice")
    return found


def _constant(name: str) -> Any:
    raise StrictJsonError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise StrictJsonError("a number is too large")
    return number
