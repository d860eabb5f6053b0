"""Making the disclosures of an SD-JWT, RFC 9901 section 4: salted digests in the place of what can be withheld.

Own code over :mod:`json` and :mod:`hashlib`, since no kept library fits (``docs/dependencies.md``); two others check it
in the tests.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from idverify.domain.assertions.disclosable import Disclosable
from idverify.domain.errors import StoredDataError

_SALT_BYTES = 16
_RESERVED = frozenset({"_sd", "_sd_alg", "..."})


def concealed(claims: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the claims to be signed, and the disclosures.

    Args:
        claims: with :class:`Disclosable` around what can be withheld, at any depth.

    Raises:
        StoredDataError: a name is one of those that RFC 9901 keeps for itself.
    """
    disclosures: list[str] = []
    return {**_object(claims, disclosures), "_sd_alg": "sha-256"}, disclosures


def _object(content: Mapping[str, Any], disclosures: list[str]) -> dict[str, Any]:
    if not _RESERVED.isdisjoint(content):
        raise StoredDataError("a stored record has a member whose name SD-JWT keeps for itself")
    open_members, digests = {}, []
    for name, value in content.items():
        if isinstance(value, Disclosable):
            digests.append(_digest([name, _any(value.value, disclosures)], disclosures))
        else:
            open_members[name] = _any(value, disclosures)
    # Sorted: their order tells nothing of what stands behind them.
    return {**open_members, "_sd": sorted(digests)} if digests else open_members


def _any(value: Any, disclosures: list[str]) -> Any:
    match value:
        case Mapping():
            return _object(value, disclosures)
        case list() | tuple():
            return [_element(element, disclosures) for element in value]
        case _:
            return value


def _element(value: Any, disclosures: list[str]) -> Any:
    if isinstance(value, Disclosable):
        return {"...": _digest([_any(value.value, disclosures)], disclosures)}
    return _any(value, disclosures)


def _digest(content: list[Any], disclosures: list[str]) -> str:
    salted = [_base64(secrets.token_bytes(_SALT_BYTES)), *content]
    text = _base64(json.dumps(salted, ensure_ascii=False, allow_nan=False).encode())
    disclosures.append(text)
    return _base64(hashlib.sha256(text.encode()).digest())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
