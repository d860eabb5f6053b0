"""What the printed confirmation says, in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from idverify import texts
from idverify.domain.catalogue.local_day import VIET_NAM

_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
"""As records have it (RFC 3339); said as in Viet Nam."""

Rows = list[tuple[str, str]]
"""Names and values."""

_SEVERAL = "mfa"
"""No method: says that there are several (RFC 8176)."""


def word(name: str, **values: str) -> str:
    """Return a message of what is printed."""
    return texts.said("printing", name, "vi", values)


def _word_or(name: str, code: str) -> str:
    """Return the word for a code, if there is one; else the code itself."""
    return texts.said("printing", name, "vi") if texts.has("printing", name) else code


def facts(claims: Mapping[str, Any], title_of: Callable[[str], str]) -> Rows:
    """Return what stands in the upper part: names and values; ``title_of`` tells the title of a procedure."""
    code = claims.get("vn_proc", "")
    title = title_of(code) if code else ""
    level = claims["acr"].rpartition(":")[2]
    values = {
        **{name: claims[name] for name in ("jti", "iss", "aud", "vn_dossier")},
        "vn_proc": code,
        "title": title,
        "auth_time": moment(claims["auth_time"]),
        "exp": moment(claims["exp"]),
        "amr": ", ".join(_word_or(f"method-{method}", method) for method in claims["amr"] if method != _SEVERAL),
        "acr": _word_or(f"acr-{level}", claims["acr"]),
    }
    return [*((word(f"row-{name}"), str(value)) for name, value in values.items() if value), *_exception(claims)]


def _exception(claims: Mapping[str, Any]) -> Rows:
    """Return what must be said of who was authenticated by the word of two officers."""
    said = claims.get("exception")
    if said is None:
        return []
    documents = ", ".join(_word_or(f"document-{kind}", kind) for kind in said["documents"])
    return [
        (word("exception"), word("exception-means")),
        (word("exception-reason"), _word_or(f"reason-{said['reason']}", said["reason"])),
        (word("exception-officers"), ", ".join(said["officers"])),
        (word("exception-documents"), documents or word("no-documents")),
    ]


def attributes(
    claims: Mapping[str, Any], label: Callable[[str, str], str]
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Return the records that are shown: the name of each, and its fields with their values."""
    for record_type, fields in claims.get("attributes", {}).items():
        yield (
            label(record_type, ""),
            [(label(record_type, name), _said_of(name, value)) for name, value in fields.items()],
        )


def moment(seconds: int) -> str:
    """Return a time as it is said in Viet Nam."""
    return texts.written(datetime.fromtimestamp(seconds, VIET_NAM), "vi")


def _said_of(name: str, value: Any) -> str:
    return said(_word_or(f"sex-{value}", value) if name == "sex" and isinstance(value, str) else value)


def said(value: Any) -> str:
    """Return a value of a record in words."""
    match value:
        case bool():
            return word("yes" if value else "no")
        case None:
            return ""
        case str() if _DATE.fullmatch(value):
            return f"{value[8:]}/{value[5:7]}/{value[:4]}"
        case dict():
            return ", ".join(filter(None, map(said, value.values())))
        case list():
            return "; ".join(filter(None, map(said, value)))
        case _:
            return str(value)
