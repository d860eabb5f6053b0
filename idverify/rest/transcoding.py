"""Requests and answers between JSON and protobuf, by the JSON mapping of protobuf (ProtoJSON)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message

from idverify.domain.errors import DomainError
from idverify.rpc.convert.fields import invalid
from idverify.trust.strict_json import StrictJsonError, parse_strict

_MOST_VALUES = 50_000
_DEEPEST = 32
_WITHIN = re.compile(r"Failed to parse (\w+) field")
_UNKNOWN = re.compile(r'has no field named "(\w{1,64})"')
_SNAKE = re.compile(r"_([a-z0-9])")
Parameters = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Transcoder:
    """Reads requests of one method and writes its answers.

    Attributes:
        method: as the protos have it.
    """

    method: MethodDescriptor

    @classmethod
    def of(cls, service: str, name: str) -> Transcoder:
        """Return that of a method by its full name. Raises KeyError if there is none."""
        return cls(descriptor_pool.Default().FindServiceByName(service).methods_by_name[name])

    def request(self, content: Any, parameters: Parameters) -> Message:
        """Return a request.

        Args:
            content: the JSON object that was sent; None: none was.
            parameters: names and values of fields from path, query and headers, in either spelling; they win.

        Raises:
            DomainError: FIELD_INVALID for a field that is unknown or has a value of another kind.
        """
        message = message_factory.GetMessageClass(self.method.input_type)()
        if content is not None:
            if not isinstance(content, dict):
                raise invalid("request", "must be a JSON object")
            _require_one_spelling(content)
            _merge(message, content, "request")
        for name, value in parameters:
            _merge(message, _nested(self.method.input_type, name, value), name)
        return message

    def answer(self, body: bytes) -> bytes:
        """Return an answer as JSON, fields that are empty too, so that it always has the same ones."""
        message = message_factory.GetMessageClass(self.method.output_type)()
        message.ParseFromString(body)
        content = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def read_json(body: bytes) -> Any:
    """Read a JSON text (RFC 8259).

    Raises:
        DomainError: FIELD_INVALID if it is none that everybody reads alike, or of more values than any request.

    They are counted first: what makes messages of them takes some microseconds for each.
    """
    if sum(map(body.count, (b",", b"{", b"["))) > _MOST_VALUES:
        raise invalid("request", f"must have at most {_MOST_VALUES} values")
    try:
        return parse_strict(body)
    except StrictJsonError as error:
        raise invalid("request", f"must be JSON in UTF-8: {error}") from None


def _require_one_spelling(content: Any) -> None:
    """Raise DomainError FIELD_INVALID if a member stands in an object twice, in the protos' spelling and in JSON's."""
    rest = [content]
    while rest:
        one = rest.pop()
        if isinstance(one, list):
            rest += one
        elif isinstance(one, dict):
            rest += one.values()
            for name in one:
                if (other := _SNAKE.sub(lambda match: match[1].upper(), name)) != name and other in one:
                    raise invalid("request", "an object has a member twice, in two spellings")


def _merge(message: Message, content: Any, field: str) -> None:
    try:
        json_format.ParseDict(content, message, max_recursion_depth=_DEEPEST)
    except json_format.ParseError as error:
        raise _unreadable(field, error) from None
    except (
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
    ):  # what the parser does not foresee: a list for a message, say
        raise invalid(field, "has a value of another kind") from None


def _unreadable(field: str, error: json_format.ParseError) -> DomainError:
    """Say where, and never what: the parser's own words repeat the value."""
    words = str(error)
    where = ".".join(_WITHIN.findall(words)) or field
    unknown = _UNKNOWN.search(words)
    if unknown is None:
        return invalid(where, "has a value that its kind does not take")
    name = f"{where}.{unknown[1]}" if where != field else unknown[1]
    return invalid(name, "is no field of this request")


def _nested(message: Descriptor, name: str, value: str) -> dict[str, Any]:
    """Return the object in which one field within messages has a value: ``context.purpose``."""
    content: dict[str, Any] = {}
    inner, parts = content, name.split(".")
    for part in parts[:-1]:
        field = _field(message, part, name)
        if field.message_type is None or field.is_repeated:
            raise invalid(name, "is no field of this request")
        message = field.message_type
        inner = inner.setdefault(field.name, {})
    last = _field(message, parts[-1], name)
    if last.is_repeated or (last.message_type is not None and not _is_text(last.message_type)):
        raise invalid(name, "cannot be given here; send the request as a body")
    inner[last.name] = _boolean(value, name) if last.type == FieldDescriptor.TYPE_BOOL else value
    return content


def _field(message: Descriptor, part: str, name: str) -> FieldDescriptor:
    found = message.fields_by_name.get(part) or message.fields_by_camelcase_name.get(part)
    if found is None:
        raise invalid(name, "is no field of this request")
    return found


def _is_text(message: Descriptor) -> bool:
    return message.full_name in {"google.protobuf.Timestamp", "google.protobuf.Duration"}


def _boolean(value: str, name: str) -> bool:
    if value not in {"true", "false"}:
        raise invalid(name, "must be true or false")
    return value == "true"
