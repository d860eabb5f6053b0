"""Asking witnesses to cosign: by HTTP (c2sp.org/tlog-witness), or by files in a folder that both can reach.

That a witness refuses proves nothing: anybody can say that they have seen more. It is held against the database only
with a checkpoint that the log itself has signed and the witness cosigned.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

import httpx2

from idverify.domain.errors import StoredDataError
from idverify.trust.bounded_http import TooLongError, TooSlowError, bounded, bounded_client
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError, number
from idverify.trust.log.keys import LogKeys
from idverify.trust.log.merkle import is_consistent
from idverify.trust.log.notes import Kind, Note, NoteRejectedError, Signature, VerifierKey
from idverify.trust.log.witness import Answer, Request, Witness, origin_hash
from idverify.trust.secret_file import replacing

SECONDS = 5.0
"""How long a witness is waited for."""

_LARGEST = 1 << 20
_LOOK_SECONDS = 0.05
_REQUEST, _ANSWER, _LAST = "request", "answer", "checkpoint"
_REFUSALS = frozenset({HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})

Prove = Callable[[int], Sequence[bytes]]
"""Returns the proof that the log goes on from so many entries."""


class WitnessSilentError(OSError):
    """A witness gives no answer, or none that can be used."""


class Door(Protocol):
    """A way to a witness."""

    def ask(self, body: bytes) -> Answer:
        """Have a checkpoint cosigned. Raises WitnessSilentError."""

    def last(self, origin: str) -> str:
        """Return the last checkpoint of a log that the witness shows as cosigned. Raises WitnessSilentError."""


class HttpDoor:
    """To a witness with this submission prefix, and perhaps another one at which it shows what it has cosigned."""

    def __init__(self, prefix: str, monitoring: str = "") -> None:
        self._url = f"{prefix.rstrip('/')}/add-checkpoint"
        self._shown = (monitoring or prefix).rstrip("/")

    def ask(self, body: bytes) -> Answer:
        """Ask. Raises WitnessSilentError."""
        with _answering(), bounded_client() as client:
            answer = client.post(self._url, content=body, timeout=SECONDS)
            return Answer(HTTPStatus(answer.status_code), answer.content.decode())

    def last(self, origin: str) -> str:
        """Ask for it. Raises WitnessSilentError."""
        with _answering(), bounded_client() as client:
            answer = client.get(f"{self._shown}/{origin_hash(origin)}/checkpoint", timeout=SECONDS)
            return answer.content.decode() if answer.status_code == HTTPStatus.OK else ""


@contextmanager
def _answering() -> Iterator[None]:
    try:
        with bounded(SECONDS, _LARGEST):
            yield
    except TooLongError:
        raise WitnessSilentError("a witness answers too much, or packed") from None
    except (TooSlowError, httpx2.HTTPError, ValueError):
        raise WitnessSilentError("a witness cannot be reached, or does not speak HTTP") from None


class FolderDoor:
    """To a witness that looks into a folder: a file with the request, and one with the answer, after its SHA-256.

    With a refusal it puts the last checkpoint that it has cosigned beside it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, body: bytes) -> Answer:
        """Ask, and wait. Raises WitnessSilentError, and OSError if the folder cannot be written."""
        with replacing(self._folder / _REQUEST) as file:
            file.write(body)
        asked, until = hashlib.sha256(body).hexdigest(), time.monotonic() + SECONDS
        while time.monotonic() < until:
            if (found := _answer(self._folder, asked)) is not None:
                return found
            time.sleep(_LOOK_SECONDS)
        raise WitnessSilentError("a witness has not answered in its folder")

    def last(self, origin: str) -> str:
        """Read it, whichever log's it is. Raises WitnessSilentError."""
        try:
            return (self._folder / _LAST).read_bytes()[:_LARGEST].decode()
        except (OSError, ValueError):
            raise WitnessSilentError(f"a witness shows no checkpoint of {origin} in its folder") from None


def answer_in_folder(folder: Path, witness: Witness) -> bool:
    """Answer what is asked in a folder, if anything new is; tell whether. Raises OSError."""
    try:
        body = (folder / _REQUEST).read_bytes()[:_LARGEST]
    except FileNotFoundError:
        return False
    asked = hashlib.sha256(body).hexdigest()
    if _answer(folder, asked) is not None:
        return False
    answer = witness.add_checkpoint(body)
    if answer.status in _REFUSALS:
        origin = Checkpoint.parse(Request.parse(body.decode()).checkpoint.text).origin
        with replacing(folder / _LAST) as file:
            file.write(witness.checkpoint(origin_hash(origin)).text.encode())
    with replacing(folder / _ANSWER) as file:
        file.write(f"{asked}\n{answer.status.value}\n{answer.text}".encode())
    return True


def _answer(folder: Path, asked: str) -> Answer | None:
    try:
        request, status, text = (folder / _ANSWER).read_bytes()[:_LARGEST].decode().split("\n", 2)
        return Answer(HTTPStatus(int(status)), text) if request == asked else None
    except (FileNotFoundError, ValueError):
        return None


class WitnessAsked:
    """A witness of this log.

    Args:
        key: of the witness, by which its cosignatures are known.
        door: to it.
    """

    def __init__(self, key: VerifierKey, door: Door) -> None:
        self.key = key
        self._door = door
        self._seen = 0

    @classmethod
    def of(cls, text: str) -> WitnessAsked:
        """Return the witness of a setting: its key, a blank, and ``https://...`` or the path of a folder.

        After an address a blank and a second one may stand, at which it shows what it has cosigned.

        Raises:
            LogFormatError: it is none.
        """
        key, _, place = text.partition(" ")
        found = VerifierKey.parse(key)
        if found.kind is not Kind.COSIGNATURE or not place:
            raise LogFormatError("a witness is a key of its kind, a blank, and where it is")
        is_url = place.startswith(("http://", "https://"))
        return cls(found, HttpDoor(*place.split(" ", 1)) if is_url else FolderDoor(Path(place)))

    def cosignature(self, note: Note, keys: LogKeys, prove: Prove) -> Signature:
        """Return the cosignature of a checkpoint.

        Args:
            note: signed.
            keys: of its log.
            prove: gives proofs that its log goes on.

        Raises:
            WitnessSilentError: the witness gave no answer that can be used, or refused and has not proven why.
            StoredDataError: it has proven that it has seen a log that this one does not go on from.
        """
        size = Checkpoint.parse(note.text).size
        answer = self._asked(note, prove, min(self._seen, size))
        if answer.status is HTTPStatus.CONFLICT:
            try:
                seen = number(answer.text.strip(), "a size")
            except LogFormatError:
                raise WitnessSilentError(f"{self.key.name} answers what is no size") from None
            if seen <= size:
                self._seen = seen
                answer = self._asked(note, prove, seen)
        if answer.status in _REFUSALS:
            self._hold_to_what_it_shows(note, keys, prove)
            raise WitnessSilentError(
                f"{self.key.name} says that it has seen more of the log, or another one, and shows no checkpoint of it"
            )
        if answer.status is not HTTPStatus.OK:
            raise WitnessSilentError(f"{self.key.name} cosigns nothing, with the status {answer.status.value}")
        signature = self._verified(note, answer.text)
        self._seen = size
        return signature

    def _hold_to_what_it_shows(self, note: Note, keys: LogKeys, prove: Prove) -> None:
        """Raise StoredDataError if the witness shows a checkpoint of this log from which this one does not go on."""
        now = Checkpoint.parse(note.text)
        with suppress(WitnessSilentError, LogFormatError, NoteRejectedError):
            shown = Note.parse(self._door.last(now.origin))
            if not (keys.signed(shown) and shown.verified([self.key])):
                return
            seen = Checkpoint.parse(shown.text)
            if seen.size > now.size:
                raise StoredDataError(
                    f"{self.key.name} has seen the log with {seen.size} entries, and it has {now.size}: the database "
                    "was taken back"
                )
            if not is_consistent(seen.size, seen.root, now.size, now.root, prove(seen.size)):
                raise StoredDataError(
                    f"{self.key.name} has seen another log of this name: it was changed, or taken back"
                )

    def _asked(self, note: Note, prove: Prove, old: int) -> Answer:
        return self._door.ask(str(Request(old, tuple(prove(old)), note)).encode())

    def _verified(self, note: Note, text: str) -> Signature:
        try:
            lines = Note.parse(f"{note.text}\n{text}").signatures
            own = [line for line in lines if line.is_by(self.key)]
            for line in own:
                self.key.verify(note.text, line.signature)
        except (LogFormatError, NoteRejectedError):
            own = []
        if not own:
            raise WitnessSilentError(f"{self.key.name} answers what is no cosignature of its own")
        return own[0]
