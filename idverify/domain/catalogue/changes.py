"""What a new catalogue changes of the one there is, and saying so to people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from idverify.domain.catalogue.as_dict import item_dict
from idverify.domain.catalogue.content import Item, Key, Kind, State, key_of
from idverify.domain.catalogue.looking import Check, looked_at, somebody_waits
from idverify.domain.model import Procedure


@dataclass(frozen=True, slots=True)
class Change:
    """One procedure (by edition) or record type that differs.

    Attributes:
        key: which.
        before: None: there was none, or it was withdrawn.
        after: None: it is withdrawn.
    """

    key: Key
    before: Item | None
    after: Item | None


def changes(before: State, after: State, check: Check = somebody_waits) -> list[Change]:
    """Return what differs between two states, record types first, by code and first day."""
    keys = looked_at({*before, *after}, check)
    found = (Change(key, _counting(before.get(key)), _counting(after.get(key))) for key in keys)
    return sorted((change for change in found if not _same(change.before, change.after)), key=_order)


def merged(before: State, items: Iterable[Item], *, complete: bool, check: Check = somebody_waits) -> dict[Key, Item]:
    """Return the state that follows, each changed item in its next version.

    Args:
        before: the state there is.
        items: procedures and record types as they are to be; their versions do not count.
        complete: these are all procedures there are to be: others are withdrawn. Record types stay: records may lie
            in the register under them.
        check: asked before each item.
    """
    given = {key_of(item): item for item in items}
    last: dict[tuple[Kind, str], int] = {}
    for key, item in before.items():
        last[key.kind, key.code] = max(last.get((key.kind, key.code), 0), item.version)
    after = dict(before)
    for key in looked_at(sorted({*given, *(before if complete else ())}, key=_key_order), check):
        new = given.get(key) or _withdrawn(before[key])
        if new is None or _same(_counting(before.get(key)), _counting(new)):
            continue
        number = last[key.kind, key.code] = last.get((key.kind, key.code), 0) + 1
        after[key] = replace(new, version=number)
    return after


def new_versions(before: State, after: State, check: Check = somebody_waits) -> list[Item]:
    """Return the items of a state that are not in the one before, in order."""
    keys = looked_at(sorted(after, key=_key_order), check)
    return [after[key] for key in keys if before.get(key) != after[key]]


def lines(change: Change) -> list[str]:
    """Say what differs, a member a line; of what was added or withdrawn nothing more needs to be said."""
    if change.before is None or change.after is None:
        return []
    return list(_differences("", item_dict(change.before), item_dict(change.after)))


def _differences(path: str, before: Any, after: Any) -> Iterator[str]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _differences(f"{path}.{name}".lstrip("."), before.get(name), after.get(name))
    elif _is_named(before) and _is_named(after):
        yield from _differences(path, _by_name(before), _by_name(after))
    elif isinstance(before or after, list):
        gone = [f"-{value}" for value in before or () if value not in (after or ())]
        come = [f"+{value}" for value in after or () if value not in (before or ())]
        yield f"{path}: {' '.join([*gone, *come]) or 'in another order'}"
    else:
        yield f"{path}: {_told(before)} -> {_told(after)}"


def _is_named(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) and "record_type" in item for item in value)


def _by_name(accesses: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {access["record_type"]: {k: v for k, v in access.items() if k != "record_type"} for access in accesses}


def _told(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _counting(item: Item | None) -> Item | None:
    """Return an item unless it was withdrawn."""
    return None if isinstance(item, Procedure) and item.withdrawn else item


def _withdrawn(item: Item) -> Item | None:
    return replace(item, withdrawn=True) if isinstance(item, Procedure) and not item.withdrawn else None


def _same(before: Item | None, after: Item | None) -> bool:
    if before is None or after is None:
        return before is after
    return replace(before, version=1) == replace(after, version=1)


def _order(change: Change) -> tuple[str, ...]:
    return _key_order(change.key)


def _key_order(key: Key) -> tuple[str, ...]:
    return "" if key.kind is Kind.RECORD_TYPE else "1", key.code, key.valid_from.isoformat() if key.valid_from else ""
