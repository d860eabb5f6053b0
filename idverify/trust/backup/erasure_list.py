"""The erasure list: who was erased, by keyed digests, in a file that no backup holds.

A backup from before an erasure holds the citizen with their key. Whoever restores it goes by this list, and erases
them again. It tells nobody whom: a line is ``{"event": N, "subject": HEX, "mac": HEX}`` with the event of the audit
trail by which the citizen was erased and the HMAC-SHA256 of their random internal identifier. Lines of the same form
follow for their encounters, each with the HMAC of its own identifier under another label: in a backup from before an
encounter was given to them, it lies with somebody who was not erased. ``{"settled": N, "mac":
HEX}`` stands where the list was made and where a backup was restored: what is above it stands, whatever became of the
events that it names, and of the trail all erasures up to event N are in the list.

The first line is ``{"format": "idverify-erasures-1", "mac": HEX}``. Each MAC covers the line and the MAC of the erasure
before it, under a key derived from the root secret: nobody without ``keys.json`` adds or changes a line, or takes one
out. The last ones can be cut off; a backup notes how far the list had come (:class:`Mark`), and is not restored with a
shorter one. A list that is made anew of the same erasures has the same MACs.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from idverify.domain.errors import StoredDataError
from idverify.trust.sealing import MasterKeys, Purpose, keyed_hash
from idverify.trust.secret_file import create_secret_file, read_secret_bytes

_FORMAT = "idverify-erasures-1"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a list had come: so many lines of what was erased, and the MAC of the last, hexadecimal."""

    erasures: int
    mac: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What an event erased.

    Attributes:
        event: of the audit trail.
        subject_id: of the citizen; empty: encounters alone.
        encounter_ids: of the encounters that went with them.
    """

    event: int
    subject_id: str
    encounter_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line.

    Attributes:
        event: by which it was erased; where the list is settled, the last one then.
        subject: digest of the identifier of a citizen or an encounter, hexadecimal; empty: the list is settled here.
        mac: of the erasures up to this line, hexadecimal.
        end: byte of the file after it.
    """

    event: int
    subject: str
    mac: str
    end: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says.

    Attributes:
        begun: the MAC of the first line.
        lines: those after the first.
        start: byte of the file after the first line.
    """

    begun: str
    lines: tuple[Line, ...]
    start: int

    @property
    def settled(self) -> int:
        """How many lines there are up to the last that settles those before it; 0: none does."""
        return next((place + 1 for place in range(len(self.lines) - 1, -1, -1) if not self.lines[place].subject), 0)

    @property
    def end(self) -> int:
        """The byte of the file after the last whole line."""
        return self.lines[-1].end if self.lines else self.start

    @property
    def reached(self) -> Mark:
        """How far it has come."""
        return Mark(sum(bool(line.subject) for line in self.lines), self.lines[-1].mac if self.lines else self.begun)

    def until(self, event: int) -> Mark:
        """Return how far it had come at an event: before the first unsettled line that is of a later one."""
        later = (place for place in range(self.settled, len(self.lines)) if self.lines[place].event > event)
        known = self.lines[: next(later, len(self.lines))]
        return Mark(sum(bool(line.subject) for line in known), known[-1].mac if known else self.begun)

    def goes_on_from(self, mark: Mark) -> bool:
        """Tell whether it had come there."""
        macs = [self.begun, *(line.mac for line in self.lines if line.subject)]
        return mark.erasures < len(macs) and macs[mark.erasures] == mark.mac

    def erased(self) -> frozenset[str]:
        """Return the digests of all citizens and encounters that were erased."""
        return frozenset(line.subject for line in self.lines if line.subject)


class ErasureList:
    """A list in a file; any thread, one process.

    Args:
        path: of the file.
        keys: the service's.
    """

    def __init__(self, path: Path, keys: MasterKeys) -> None:
        self.path = path
        self._key = keys.subkey(Purpose.ERASURES)
        self._writing = Lock()
        self._tail: tuple[int, str] | None = None

    def digest(self, subject_id: str) -> str:
        """Return by what a citizen stands in the list."""
        return keyed_hash(self._key, "subject", subject_id).hex()

    def encounter_digest(self, encounter_id: str) -> str:
        """Return by what an encounter stands in the list."""
        return keyed_hash(self._key, "encounter", encounter_id).hex()

    def digests(self, erased: Erased) -> list[str]:
        """Return by what it all stands in the list, in the order of its lines."""
        subjects = [self.digest(erased.subject_id)] if erased.subject_id else []
        return [*subjects, *map(self.encounter_digest, erased.encounter_ids)]

    def begin(self) -> None:
        """Make the file, without lines, if there is none. Raises OSError."""
        create_secret_file(self.path, _encoded({"format": _FORMAT, "mac": self._first()}))

    def read(self) -> Listed:
        """Return what it says. A last line that was not written to its end was never relied on, and is left out.

        Raises:
            StoredDataError: it is readable by others, was changed, or belongs to another ``keys.json``.
            FileNotFoundError: there is none.
            OSError: it cannot be read.
        """
        content = read_secret_bytes(self.path)
        damaged = StoredDataError(f"{self.path} was changed, is damaged, or belongs to another keys.json")
        try:
            (first, start), *others = _lines(content)
            begun = self._first()
            if first["format"] != _FORMAT or not hmac.compare_digest(first["mac"], begun):
                raise damaged
            lines, mac = [], begun
            for fields, end in others:
                event, subject = _content(fields)
                own = self._mac(mac, event, subject)
                if not hmac.compare_digest(own, fields["mac"]):
                    raise damaged
                mac = own if subject else mac
                lines.append(Line(event, subject, mac, end))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise damaged from None
        return Listed(begun, tuple(lines), start)

    def append(self, erased: Sequence[Erased]) -> int:
        """Add what is erased; durable when it returns.

        Returns:
            The byte where the list ended before, for :meth:`cut`.

        Raises:
            StoredDataError: as :meth:`read`.
            OSError: the disk is full or fails; nothing is added.
        """
        return self._append([(each.event, digest) for each in erased for digest in self.digests(each)])

    def note_settled(self, event: int) -> None:
        """Note that what is in the list stands, and all erasures up to an event are. Raises as :meth:`append`."""
        self._append([(event, "")])

    def cut(self, end: int) -> None:
        """Take out what stands after a byte: it did not come to be. Raises OSError."""
        with self._writing:
            self._tail = None
            self._cut(end)

    def _append(self, lines: Sequence[tuple[int, str]]) -> int:
        with self._writing:
            if self._tail is None:
                listed = self.read()
                self._tail = listed.end, listed.lines[-1].mac if listed.lines else listed.begun
            before, mac = self._tail
            content = b""
            for event, subject in lines:
                own = self._mac(mac, event, subject)
                fields = {"event": event, "subject": subject} if subject else {"settled": event}
                content += _encoded({**fields, "mac": own})
                mac = own if subject else mac
            self._cut(before)
            try:
                with self.path.open("ab") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError:
                self._cut(before)
                raise
            self._tail = before + len(content), mac
            return before

    def _cut(self, end: int) -> None:
        with self.path.open("r+b") as file:
            if file.seek(0, os.SEEK_END) < end:
                raise StoredDataError(f"{self.path} was cut; put its copy back")
            file.truncate(end)
            os.fsync(file.fileno())

    def _mac(self, before: str, event: int, subject: str) -> str:
        return keyed_hash(self._key, "line", before, str(event), subject).hex()

    def _first(self) -> str:
        return keyed_hash(self._key, "first", _FORMAT).hex()


def _content(fields: dict[str, Any]) -> tuple[int, str]:
    """Return event and subject of a line. Raises KeyError, TypeError, ValueError."""
    event, subject = (fields["settled"], "") if "settled" in fields else (fields["event"], fields["subject"])
    if type(event) is not int or type(subject) is not str or ("settled" in fields) is bool(subject):
        raise ValueError("neither of the lines that there are")
    return event, subject


def _lines(content: bytes) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield each whole line with the byte after it."""
    end = 0
    for line in content.splitlines(keepends=True):
        end += len(line)
        if line.endswith(b"\n"):
            yield json.loads(line), end


def _encoded(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode("ascii") + b"\n"
