"""BIRs from and to the JSON of MOSIP's Bio-SDK: a BiometricRecord, whose segments are BIRs.

Its Java programs write bytes as an array of signed numbers, enumerations in capitals, and a moment as date and time;
others, and its documentation, write base64, the spelling of the standard, and ISO 8601. All are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import numpy as np

from matcher.errors import SampleInvalidError
from matcher.formats.cbeff.bir import FINGER, LEVELS, PURPOSES, Bir, Quality, RegistryId
from matcher.formats.cbeff.fields import (
    MOST_BIRS,
    base64_of,
    boolean_of,
    moment_of,
    one_of,
    require_count,
    whole_number_of,
)
from matcher.formats.cbeff.subtypes import words_of

_MODALITIES = (FINGER, "Face", "Iris", "ExceptionPhoto")
_VERSION = {"major": 1, "minor": 1}
_DATE = ("year", "month", "day")
_TIME = ("hour", "minute", "second", "nano")


def read_bir_json(record: object, *, most_birs: int = MOST_BIRS) -> tuple[Bir, ...]:
    """Read the segments of a BiometricRecord, and the BIRs within them.

    Args:
        record: the record as ``json.loads`` gives it; how long and how deep it may be is its caller's to say.
        most_birs: most segments.

    Raises:
        SampleInvalidError: not such a record, too many segments, or a field that does not read; it is named.
    """
    birs: list[Bir] = []
    waiting = list(_list(_object(record, "the record"), "segments"))
    while waiting:
        segment = _object(waiting.pop(0), "a segment")
        require_count(len(birs) + 1, most_birs)
        if segment.get("bdbInfo") is not None or segment.get("bdb") is not None:
            birs.append(_bir_of(segment))
        waiting = _list(segment, "birs") + waiting
        require_count(len(waiting), most_birs)
    return tuple(birs)


def write_bir_json(birs: Iterable[Bir]) -> dict[str, object]:
    """Return a BiometricRecord as the Bio-SDK's schemas want one, with every field there, for ``json.dumps``."""
    return {
        "version": _VERSION,
        "cbeffversion": _VERSION,
        "birInfo": {"integrity": False},
        "segments": [_segment(bir) for bir in birs],
        "others": {},
    }


def _bir_of(segment: Mapping[str, object]) -> Bir:
    info = _object(segment.get("bdbInfo") or {}, "bdbInfo")
    level, purpose, created = _text(info, "level"), _text(info, "purpose"), info.get("creationDate")
    return Bir(
        bdb=_bytes(segment.get("bdb"), "bdb"),
        modalities=tuple(one_of(_named(word, "type"), _MODALITIES) for word in _words(info, "type")),
        subtype=words_of(_named(word, "subtype") for word in _words(info, "subtype")),
        format=_registry_id(info, "format"),
        level=one_of(level, LEVELS) if level else None,
        purpose=one_of(purpose, PURPOSES) if purpose else None,
        quality=_quality(info),
        created=None if created is None else _moment(created),
        index=_text(info, "index"),
        encrypted=_boolean(info, "encryption"),
        integrity=_boolean(_object(segment.get("birInfo") or {}, "birInfo"), "integrity"),
        sb=_bytes(segment.get("sb"), "sb"),
        others={
            key: value if isinstance(value, str) else str(value).lower()
            for key, value in _object(segment.get("others") or {}, "others").items()
        },
    )


def _segment(bir: Bir) -> dict[str, object]:
    info: dict[str, object] = {
        "format": _registry_json(bir.format),
        "creationDate": _moment_json(bir.created),
        "type": [modality.upper() for modality in bir.modalities],
        "subtype": list(bir.subtype) or None,
        "level": bir.level.upper() if bir.level else None,
        "purpose": bir.purpose.upper() if bir.purpose else None,
        "quality": None
        if bir.quality is None
        else {
            "algorithm": _registry_json(bir.quality.algorithm),
            "score": bir.quality.score,
            "qualityCalculationFailed": bir.quality.failed,
        },
        "index": bir.index,
        "encryption": bir.encrypted,
    }
    return {
        "version": _VERSION,
        "cbeffversion": _VERSION,
        "birInfo": {"integrity": bir.integrity, "payload": []},
        "bdbInfo": {name: value for name, value in info.items() if value is not None},
        "bdb": _numbers(bir.bdb),
        "sb": _numbers(bir.sb),
        "sbInfo": None,
        "others": dict(bir.others),
        "birs": None,
    }


def _object(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise SampleInvalidError(f"{name} is no JSON object")
    return value


def _list(owner: Mapping[str, object], name: str) -> list[object]:
    value = owner.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise SampleInvalidError(f"{name} is no array")
    return value


def _words(owner: Mapping[str, object], name: str) -> list[object]:
    value = owner.get(name)
    return [value] if isinstance(value, str) else _list(owner, name)


def _named(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise SampleInvalidError(f"{name} is no text")
    return value


def _text(owner: Mapping[str, object], name: str) -> str | None:
    value = owner.get(name)
    return None if value is None or value == "" else _named(value, name)


def _boolean(owner: Mapping[str, object], name: str) -> bool:
    value = owner.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    return boolean_of(_named(value, name), name)


def _bytes(value: object, name: str) -> bytes:
    if value is None:
        return b""
    if isinstance(value, str):
        return base64_of(value, name)
    if not isinstance(value, list):
        raise SampleInvalidError(f"{name} is neither a text nor an array")
    if not all(type(number) is int and -128 <= number <= 255 for number in value):
        raise SampleInvalidError(f"{name} has numbers that are no bytes")
    return bytes(number & 0xFF for number in value)


def _numbers(data: bytes) -> list[int] | None:
    """Return signed numbers; None for no bytes, as the schemas want it."""
    numbers: list[int] = np.frombuffer(data, np.int8).tolist()
    return numbers or None


def _moment(value: object) -> datetime:
    if isinstance(value, str):
        return moment_of(value, "creationDate")
    if type(value) is int:
        parts: list[object] = []
        milliseconds = value
    else:
        milliseconds = 0
        parts = value if isinstance(value, list) else _parts(_object(value, "creationDate"))
    try:
        if not parts:
            return datetime.fromtimestamp(milliseconds / 1000, UTC)
        whole = [whole_number_of(str(part), "creationDate") for part in (*parts, *[0] * (7 - len(parts)))]
        year, month, day, hour, minute, second, nano = whole
        return datetime(year, month, day, hour, minute, second, nano // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise SampleInvalidError("creationDate is no moment") from None


def _parts(value: Mapping[str, object]) -> list[object]:
    date, time = _object(value.get("date"), "creationDate.date"), _object(value.get("time"), "creationDate.time")
    return [*(date.get(name) for name in _DATE), *(time.get(name, 0) for name in _TIME)]


def _moment_json(moment: datetime | None) -> dict[str, dict[str, int]] | None:
    if moment is None:
        return None
    utc = moment.astimezone(UTC)
    return {
        "date": {"year": utc.year, "month": utc.month, "day": utc.day},
        "time": {"hour": utc.hour, "minute": utc.minute, "second": utc.second, "nano": utc.microsecond * 1000},
    }


def _registry_id(owner: Mapping[str, object], name: str) -> RegistryId | None:
    value = owner.get(name)
    if value is None:
        return None
    identifier = _object(value, name)
    return RegistryId(_text(identifier, "organization") or "", str(identifier.get("type") or ""))


def _registry_json(identifier: RegistryId | None) -> dict[str, str] | None:
    return None if identifier is None else {"organization": identifier.organization, "type": identifier.type}


def _quality(info: Mapping[str, object]) -> Quality | None:
    value = info.get("quality")
    if value is None:
        return None
    quality = _object(value, "quality")
    return Quality(
        score=_score(quality.get("score")),
        algorithm=_registry_id(quality, "algorithm"),
        failed=_text(quality, "qualityCalculationFailed"),
    )


def _score(value: object) -> int | None:
    """Return a score; programs without whole numbers write 70.0."""
    if value is None:
        return None
    return whole_number_of(str(value).removesuffix(".0"), "score")
