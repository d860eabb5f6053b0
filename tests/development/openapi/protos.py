"""The protos with their comments, which generated code leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet

from tests.development.protos_bundle import compiled

_MESSAGES, _ENUMS, _SERVICES = 4, 5, 6  # numbers of fields of FileDescriptorProto
_FIELDS, _NESTED, _NESTED_ENUMS = 2, 3, 4  # of DescriptorProto
_VALUES, _METHODS = 2, 2  # of EnumDescriptorProto and ServiceDescriptorProto


@dataclass(slots=True)
class Comments:
    """What the protos say, by the full name of what it is said of."""

    texts: dict[str, str] = field(default_factory=dict)

    def of(self, full_name: str) -> str:
        """Return the comment on a message, field, enum, value, service or method; empty if there is none."""
        return self.texts.get(full_name, "")


def read_comments() -> Comments:
    """Return the comments of all protos."""
    comments = Comments()
    for file in FileDescriptorSet.FromString(compiled("--include_source_info")).file:
        if file.package != "idverify.v1":
            continue
        names = dict(_names(file))
        for location in file.source_code_info.location:
            name = names.get(tuple(location.path))
            if name and location.leading_comments:
                lines = (line.strip() for line in location.leading_comments.strip().splitlines())
                comments.texts[name] = " ".join(lines)
    return comments


def _names(file: FileDescriptorProto) -> Iterator[tuple[tuple[int, ...], str]]:
    for n, message in enumerate(file.message_type):
        yield from _within(message, (_MESSAGES, n), file.package)
    for n, enum in enumerate(file.enum_type):
        yield (_ENUMS, n), f"{file.package}.{enum.name}"
        for m, value in enumerate(enum.value):
            yield (_ENUMS, n, _VALUES, m), f"{file.package}.{enum.name}.{value.name}"
    for n, service in enumerate(file.service):
        yield (_SERVICES, n), f"{file.package}.{service.name}"
        for m, method in enumerate(service.method):
            yield (_SERVICES, n, _METHODS, m), f"{file.package}.{service.name}.{method.name}"


def _within(message: DescriptorProto, path: tuple[int, ...], outer: str) -> Iterator[tuple[tuple[int, ...], str]]:
    name = f"{outer}.{message.name}"
    yield path, name
    for n, each in enumerate(message.field):
        yield (*path, _FIELDS, n), f"{name}.{each.name}"
    for n, nested in enumerate(message.nested_type):
        yield from _within(nested, (*path, _NESTED, n), name)
    for n, enum in enumerate(message.enum_type):
        yield (*path, _NESTED_ENUMS, n), f"{name}.{enum.name}"
