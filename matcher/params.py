"""Every tuned constant of the library, with unit and origin, and a hash that names a set of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, is_dataclass
from typing import Any


def params_id(params: Any) -> str:
    """Return a 12-character hex name of a frozen parameter dataclass: equal values, equal name.

    Stored with templates, indexes, calibrations and reports, so that a mismatch is an error and not a surprise.

    Raises:
        TypeError: ``params`` is not a dataclass instance.
    """
    if not is_dataclass(params) or isinstance(params, type):
        raise TypeError("params_id takes a dataclass instance")
    canonical = json.dumps({type(params).__name__: asdict(params)}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
