"""The name of a set of tuned constants.

The constants themselves stand beside the stage that they tune, each a field with unit and origin:
:mod:`matcher.comparison.params`, :mod:`matcher.search.params`, :mod:`matcher.extraction.ridge.params` and
:class:`matcher.quality.score.QualityParams`. One file of them all would be the first that everybody opens and the
last to know why.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from typing import Any


def params_id(params: Any) -> str:
    """Return a 12-character hex name of a frozen parameter dataclass or named tuple: equal values, equal name.

    Stored with templates, indexes, calibrations and reports, so that a mismatch is an error and not a surprise.

    Raises:
        TypeError: ``params`` is neither.
    """
    if not _has_fields(params):
        raise TypeError("params_id takes an instance of a dataclass or of a named tuple")
    canonical = json.dumps({type(params).__name__: _plain(params)}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _has_fields(value: Any) -> bool:
    return not isinstance(value, type) and (is_dataclass(value) or hasattr(value, "_fields"))


def _plain(value: Any) -> Any:
    """Return what JSON can hold: fields by name, whichever way they are kept."""
    if _has_fields(value):
        names = [field.name for field in fields(value)] if is_dataclass(value) else value._fields
        return {name: _plain(getattr(value, name)) for name in names}
    return [_plain(each) for each in value] if isinstance(value, tuple | list) else value
