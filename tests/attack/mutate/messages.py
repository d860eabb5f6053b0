"""Requests with something wrong in them: what is done to the bytes of a message, at whatever depth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from tests.attack.mutate import wire
from tests.attack.mutate.files import mutated_file
from tests.attack.mutate.values import JSON, NOT_UTF8, NUMBERS, TEXTS, WHOLE_NUMBERS, random_bytes, random_text
from tests.attack.mutate.wire import Field

Fields = list[Field]
_DOUBLE = FieldDescriptor.TYPE_DOUBLE
_TEXT = FieldDescriptor.TYPE_STRING
_BYTES = FieldDescriptor.TYPE_BYTES
_MESSAGE = FieldDescriptor.TYPE_MESSAGE
_TOLD_AS_IT_IS = frozenset({"request_id", "transaction_id"})
"""Fields that go back and into the log, because the client chose them for that."""

_DEEPEST = 4
_MOST_TIMES = 2000


@dataclass
class Mutator:
    """Changes requests; what it did and put in is noted.

    Attributes:
        random: draws everything.
        others: sound requests of whatever RPC.
        files: of images and minutiae.
        done: what was done, in words.
        put_in: random texts and bytes that are in the request now, and must not come back.
    """

    random: Random
    others: Callable[[], bytes]
    files: list[bytes]
    done: list[str] = field(default_factory=list)
    put_in: list[bytes] = field(default_factory=list)

    def mutated(self, body: bytes, of: Descriptor) -> bytes:
        """Return the request with one thing wrong, or now and then several."""
        for _ in range(1 if self.random.random() < 0.7 else self.random.randint(2, 4)):
            body = self._bytes(body) if self.random.random() < 0.08 else self._message(body, of, "", 0)
        return body

    def _bytes(self, body: bytes) -> bytes:
        """Change the encoding as a whole, whatever it means."""
        return self._one_of(_OF_BYTES)(self, body)

    def _message(self, body: bytes, of: Descriptor, path: str, depth: int) -> bytes:
        try:
            fields = wire.split(body)
        except wire.NoFieldsError:
            return self._bytes(body)
        inner = [place for place, one in enumerate(fields) if one.kind == wire.BYTES and _message_in(of, one)]
        if inner and depth < _DEEPEST and self.random.random() < 0.6:
            place = self.random.choice(inner)
            one = fields[place]
            described = of.fields_by_number[one.number]
            within: Any = described.message_type
            content = self._message(one.content, within, f"{path}{described.name}.", depth + 1)
            fields[place] = replace(one, content=content)
            return wire.join(fields)
        return self._fields(fields, of, path)

    def _fields(self, fields: Fields, of: Descriptor, path: str) -> bytes:
        known = list(of.fields)
        choice = self.random.random()
        if known and choice < 0.55:
            return self._value(fields, self.random.choice(known), path)
        if not fields:
            return self._strange(fields, path)
        return self._one_of(_OF_FIELDS)(self, fields, path)

    def _value(self, fields: Fields, described: FieldDescriptor, path: str) -> bytes:
        """Give a field a value that is seldom tried, whether it is there or not."""
        number, name = described.number, described.name
        present = [place for place, one in enumerate(fields) if one.number == number]
        former = fields[present[0]].content if present else b""
        changed = self._changed_value(described, former, path + name)
        if present and self.random.random() < 0.9:
            fields[present[0]] = changed
        else:
            fields.append(changed)
        return wire.join(fields)

    def _changed_value(self, described: FieldDescriptor, former: bytes, where: str) -> Field:
        number = described.number
        if described.type == _MESSAGE:
            self.done.append(f"{where}: another message")
            return wire.of_bytes(number, self.random.choice((b"", self.others(), former + former)))
        if described.type == _TEXT:
            return wire.of_bytes(number, self._text(described.name, former, where))
        if described.type == _BYTES:
            self.done.append(f"{where}: a damaged file")
            data = former or self.random.choice(self.files)
            if self.random.random() < 0.2:
                data = self.random.choice(self.files)
            return wire.of_bytes(number, mutated_file(self.random, data, self.random.choice(self.files)))
        if described.type == _DOUBLE:
            value = self.random.choice(NUMBERS)
            self.done.append(f"{where}: {value}")
            return wire.of_double(number, value)
        whole = self.random.choice(WHOLE_NUMBERS)
        self.done.append(f"{where}: {whole}")
        return wire.of_number(number, whole)

    def _text(self, name: str, former: bytes, where: str) -> bytes:
        choice = self.random.random()
        if name == "json" and choice < 0.7:
            self.done.append(f"{where}: other JSON")
            return self.random.choice(JSON).encode()
        if choice < 0.45:
            text = self.random.choice(TEXTS)
            self.done.append(f"{where}: {text!a}")
            return text.encode()
        if choice < 0.7:
            self.done.append(f"{where}: a random text")
            return self._said(random_text(self.random).encode(), name)
        if choice < 0.8:
            self.done.append(f"{where}: no UTF-8")
            return former + self.random.choice(NOT_UTF8)
        self.done.append(f"{where}: a character changed")
        text = former.decode(errors="ignore") or "x"
        at = self.random.randrange(len(text) + 1)
        other = self.random.choice(["", self.random.choice("0123456789abcAZ ._-/\u0300\u0111"), text])
        return (text[:at] + other + text[at + self.random.randint(0, 1) :]).encode()

    def _said(self, content: bytes, name: str) -> bytes:
        if name not in _TOLD_AS_IT_IS:
            self.put_in.append(content)
        return content

    def _strange(self, fields: Fields, path: str) -> bytes:
        """Add fields that nobody knows."""
        self.done.append(f"{path}: unknown fields")
        number = self.random.choice((15, 16, 99, 1000, 18_999, 19_000, (1 << 29) - 1))
        content = self._said(random_bytes(self.random), "")
        one = self.random.choice(
            (wire.of_bytes(number, content), wire.of_number(number, -1), wire.of_double(number, 0))
        )
        return wire.join(fields) + one.encoded() * self.random.choice((1, 1, 1, 300))

    def _without(self, fields: Fields, path: str) -> bytes:
        gone = fields.pop(self.random.randrange(len(fields)))
        self.done.append(f"{path}{gone.number}: left out")
        return wire.join(fields)

    def _repeated(self, fields: Fields, path: str) -> bytes:
        one = self.random.choice(fields)
        # No more than a megabyte: how much a request may have is told before it is read.
        times = min(self.random.choice((1, 1, 2, 9, 11, 41, _MOST_TIMES)), (1 << 20) // (len(one.content) + 1) + 1)
        self.done.append(f"{path}{one.number}: {times} times more")
        return wire.join(fields) + one.encoded() * times

    def _reordered(self, fields: Fields, path: str) -> bytes:
        self.done.append(f"{path}: another order")
        self.random.shuffle(fields)
        return wire.join(fields)

    def _of_another_kind(self, fields: Fields, path: str) -> bytes:
        place = self.random.randrange(len(fields))
        one, kind = fields[place], self.random.randrange(8)
        self.done.append(f"{path}{one.number}: wire type {kind}")
        fields[place] = replace(one, kind=kind)
        return wire.join(fields)

    def _renumbered(self, fields: Fields, path: str) -> bytes:
        place, other = self.random.randrange(len(fields)), self.random.choice(fields).number
        number = self.random.choice((other, fields[place].number + 1, 0))
        self.done.append(f"{path}{fields[place].number}: as field {number}")
        fields[place] = replace(fields[place], number=number)
        return wire.join(fields)

    def _nested(self, fields: Fields, path: str) -> bytes:
        place, depth = self.random.randrange(len(fields)), self.random.choice((1, 2, 40, 99, 100, 101, 400))
        one = fields[place]
        self.done.append(f"{path}{one.number}: {depth} deep")
        content = one.content
        for _ in range(depth):
            content = wire.of_bytes(one.number, content).encoded()
        fields[place] = wire.of_bytes(one.number, content)
        return wire.join(fields)

    def _grouped(self, fields: Fields, path: str) -> bytes:
        depth = self.random.choice((1, 99, 101, 500))
        self.done.append(f"{path}: {depth} groups deep")
        begin, end = wire.varint(99 << 3 | wire.GROUP), wire.varint(99 << 3 | wire.END_GROUP)
        return wire.join(fields) + begin * depth + end * self.random.choice((depth, depth - 1, 0))

    def _replaced(self, fields: Fields, path: str) -> bytes:
        place = self.random.randrange(len(fields))
        self.done.append(f"{path}{fields[place].number}: random bytes")
        fields[place] = wire.of_bytes(fields[place].number, self._said(random_bytes(self.random), ""))
        return wire.join(fields)

    def _flipped(self, body: bytes) -> bytes:
        self.done.append("bits")
        changed = bytearray(body or b"\0")
        for _ in range(self.random.randint(1, 6)):
            changed[self.random.randrange(min(len(changed), 400))] ^= 1 << self.random.randrange(8)
        return bytes(changed)

    def _cut(self, body: bytes) -> bytes:
        self.done.append("cut off")
        return body[: self.random.randrange(len(body) + 1)]

    def _random(self, body: bytes) -> bytes:
        self.done.append("random bytes alone")
        del body
        return self._said(random_bytes(self.random), "")

    def _swapped(self, body: bytes) -> bytes:
        self.done.append("another RPC's request")
        return self.random.choice((self.others(), body + self.others(), self.others() + body))

    def _long(self, body: bytes) -> bytes:
        size = self.random.choice((1 << 16, 1 << 18, 1 << 20)) if self.random.random() < 0.9 else 9 << 20
        self.done.append(f"{size} bytes more")
        return body + wire.of_bytes(77, bytes(size)).encoded()

    def _wrong_length(self, body: bytes) -> bytes:
        self.done.append("a length that is not so")
        return (
            body + wire.varint(77 << 3 | wire.BYTES) + wire.varint(self.random.choice((1, 1 << 31, -1))) + b"\xff" * 9
        )

    def _one_of(self, table: tuple[tuple[int, Callable[..., bytes]], ...]) -> Callable[..., bytes]:
        weights, makers = zip(*table, strict=True)
        (chosen,) = self.random.choices(makers, weights)
        made: Callable[..., bytes] = chosen
        return made


def _message_in(of: Descriptor, one: Field) -> bool:
    described = of.fields_by_number.get(one.number)
    return described is not None and described.type == _MESSAGE


_OF_FIELDS: tuple[tuple[int, Callable[..., bytes]], ...] = (
    (4, Mutator._without),
    (3, Mutator._repeated),
    (1, Mutator._reordered),
    (2, Mutator._of_another_kind),
    (2, Mutator._renumbered),
    (1, Mutator._nested),
    (1, Mutator._grouped),
    (2, Mutator._replaced),
    (1, Mutator._strange),
)
"""What is done to the fields of a message, and how often."""

_OF_BYTES: tuple[tuple[int, Callable[..., bytes]], ...] = (
    (20, Mutator._flipped),
    (20, Mutator._cut),
    (8, Mutator._random),
    (12, Mutator._swapped),
    (1, Mutator._long),
    (6, Mutator._wrong_length),
)
"""What is done to an encoding as a whole, and how often."""
