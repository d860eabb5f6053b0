"""Archives of the audit trail: events as they were stored, in a file that anybody can check without a key.

Lines of JSON: first ``{"format": "idverify-audit-archive-1", "after": [N, HEX]}``, then for each event ``{"sequence":
N, "hash": HEX, "payload": TEXT}``, last ``{"end": [N, HEX]}``. The chain goes from ``after``, where the archive before
ends, to ``end``, which the trail in the database goes on from and names in an event.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from idverify.domain.errors import StoredDataError
from idverify.domain.model import TrailHead
from idverify.trust.audit_chain import StoredEvent, link_hash
from idverify.trust.secret_file import creating

_FORMAT = "idverify-audit-archive-1"


@dataclass(frozen=True, slots=True)
class Archive:
    """What a file holds.

    Attributes:
        after: the event that the first one follows.
        end: the last one.
        sha256: of the file, hexadecimal.
    """

    after: TrailHead
    end: TrailHead
    sha256: str

    @property
    def events(self) -> int:
        """How many there are."""
        return self.end.sequence - self.after.sequence


def write_archive(path: Path, after: TrailHead, events: Iterable[StoredEvent]) -> Archive:
    """Write an archive, and read it back.

    Args:
        path: where; a file that is there is left alone.
        after: the event that the first one follows.
        events: in order.

    Raises:
        FileExistsError: there is a file.
        StoredDataError: an event does not fit, and there is no file then; or the disk gives back something else.
        OSError: it cannot be written; there is no file then.
    """
    end = after
    with creating(path) as file:
        _write(file, {"format": _FORMAT, "after": [after.sequence, after.hash]})
        for event in events:
            if (event.sequence, event.hash) != (end.sequence + 1, link_hash(end.hash, event.payload)):
                raise StoredDataError(f"event {end.sequence + 1} of the audit trail does not fit; nothing is archived")
            _write(file, {"sequence": event.sequence, "hash": event.hash, "payload": event.payload})
            end = TrailHead(event.sequence, event.hash)
        _write(file, {"end": [end.sequence, end.hash]})
    return read_archive(path)


def read_archive(path: Path) -> Archive:
    """Recompute the chain of an archive.

    Raises:
        StoredDataError: it is no archive, cut, or changed; says where.
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        try:
            after, end = _recomputed(_lines(file, digest.update), path)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise StoredDataError(f"{path} is no archive of an audit trail, or is damaged") from None
    return Archive(after, end, digest.hexdigest())


def gaps(archives: Sequence[Archive]) -> list[TrailHead]:
    """Return after which events of the archives, in order, the next one does not go on."""
    return [one.end for one, next_one in pairwise(archives) if one.end != next_one.after]


def _recomputed(lines: Iterator[dict[str, Any]], path: Path) -> tuple[TrailHead, TrailHead]:
    first = next(lines, {})
    if first.get("format") != _FORMAT:
        raise StoredDataError(f"{path} is no archive of an audit trail, or of a newer version of this program")
    after = head = TrailHead(*first["after"])
    for line in lines:
        if "end" in line:
            if TrailHead(*line["end"]) != head or next(lines, None) is not None:
                raise StoredDataError(f"{path} does not end with event {head.sequence}, where it should")
            return after, head
        sequence, digest = line["sequence"], link_hash(head.hash, line["payload"])
        told = json.loads(line["payload"])["sequence"]
        if (sequence, told, line["hash"]) != (head.sequence + 1, head.sequence + 1, digest):
            raise StoredDataError(f"{path}: event {head.sequence + 1} does not fit")
        head = TrailHead(sequence, digest)
    raise StoredDataError(f"{path} is cut after event {head.sequence}")


def _write(file: BinaryIO, line: dict[str, Any]) -> None:
    file.write(json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n")


def _lines(file: BinaryIO, seen: Any) -> Iterator[dict[str, Any]]:
    for line in file:
        seen(line)
        content = json.loads(line)
        if not isinstance(content, dict):
            raise TypeError("not an object")
        yield content
