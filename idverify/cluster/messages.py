"""What the service and its shards say to each other: sealed, since what carries it is no secret.

Whoever carries messages (Ray, its object store, the disk to which that spills) sees neither templates nor who was
found, and can neither make a message nor put another answer in an answer's place: a question has a number of its own,
and its answer opens as the answer to that one alone.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idverify.domain.errors import StoredDataError
from idverify.domain.model import FingerPosition, Quality, StoredTemplate
from idverify.trust.sealing import keyed_hash, seal, unseal

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class ShardKeys:
    """What one secret is for.

    Attributes:
        wire: seals messages.
        snapshots: seals what is put away.
        codes: turns the codes of the index.
    """

    wire: bytes = field(repr=False)
    snapshots: bytes = field(repr=False)
    codes: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> ShardKeys:
        """Derive them from 32 random bytes."""
        return cls(*(keyed_hash(secret, "gallery shard", use) for use in ("wire", "snapshots", "codes")))


@dataclass(frozen=True, slots=True)
class Message:
    """What is asked, or answered: a few facts, and bytes beside them."""

    facts: Mapping[str, Any]
    parts: Sequence[bytes] = field(default=(), repr=False)


def question(key: bytes, message: Message) -> tuple[bytes, str]:
    """Seal a question; return it with the number that its answer has."""
    number = os.urandom(16).hex()
    return seal(key, _packed(Message({**message.facts, "number": number}, message.parts)), "shard", "question"), number


def opened_question(key: bytes, sealed: bytes) -> Message:
    """Open a question. Raises StoredDataError if it is none."""
    return _unpacked(unseal(key, sealed, "shard", "question"))


def answer(key: bytes, message: Message, number: str) -> bytes:
    """Seal the answer to a question."""
    return seal(key, _packed(message), "shard", "answer", number)


def opened_answer(key: bytes, sealed: bytes, number: str) -> Message:
    """Open the answer to a question. Raises StoredDataError if it is not the answer to that one."""
    return _unpacked(unseal(key, sealed, "shard", "answer", number))


def templates_message(do: str, templates: Sequence[StoredTemplate]) -> Message:
    """Return templates as a message; only what a gallery needs of them."""
    facts = {
        "do": do,
        "ids": [t.template_id for t in templates],
        "subjects": [t.subject_id for t in templates],
        "positions": [int(t.position) for t in templates],
    }
    return Message(facts, [t.template for t in templates])


def templates_of(message: Message) -> list[StoredTemplate]:
    """Return the templates of a message; quality and extractor are not told."""
    facts = message.facts
    rows = zip(facts["ids"], facts["subjects"], facts["positions"], message.parts, strict=True)
    untold = Quality(0, "", 0, (), usable=True)
    return [StoredTemplate(i, subject, FingerPosition(p), data, untold, "") for i, subject, p, data in rows]


def digest_of(template: StoredTemplate) -> bytes:
    """Return 32 bytes by which to tell whether two with one id are the same."""
    whose = json.dumps([template.template_id, template.subject_id, int(template.position)]).encode()
    return sha256(whose + template.template).digest()


def ids_part(ids: NDArray[np.int64]) -> bytes:
    """Return ids as bytes."""
    return ids.astype("<i8").tobytes()


def ids_of(part: bytes) -> NDArray[np.int64]:
    """Return ids from bytes."""
    return np.frombuffer(part, "<i8").astype(np.int64)


def _packed(message: Message) -> bytes:
    header = json.dumps({**message.facts, "lengths": [len(part) for part in message.parts]}).encode()
    return b"".join([_LENGTH.pack(len(header)), header, *message.parts])


def _unpacked(content: bytes) -> Message:
    try:
        (length,) = _LENGTH.unpack_from(content)
        end = _LENGTH.size + length
        facts = json.loads(content[_LENGTH.size : end])
        parts = []
        for size in facts.pop("lengths"):
            parts.append(content[end : end + size])
            end += size
    except (struct.error, ValueError, KeyError, TypeError):
        raise StoredDataError("a message of a shard is not understood") from None
    if end != len(content):
        raise StoredDataError("a message of a shard has another length than it says")
    return Message(facts, parts)
