"""Requests with images as ``multipart/form-data`` (RFC 7578): a part ``request`` in JSON, and files beside it.

A file is put where its part's name says: a field (``sample.image``), or a finger (``RIGHT_INDEX``), of which it is a
sample then. So curl sends a print without encoding it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.descriptor import Descriptor
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from idverify.rest.transcoding import read_json
from idverify.rpc.convert.fields import invalid
from idverify.v1 import types_pb2

REQUEST_PART = "request"
_MOST_PARTS = 32
_FINGER = "FINGER_POSITION_"
_FINGERS = tuple(types_pb2.FingerPosition.keys()[1:])
_FORMATS = {
    "image/png": "IMAGE_FORMAT_PNG",
    "image/tiff": "IMAGE_FORMAT_TIFF",
    "image/bmp": "IMAGE_FORMAT_BMP",
    "image/jpeg": "IMAGE_FORMAT_JPEG",
    "image/jp2": "IMAGE_FORMAT_JPEG_2000",
    "image/x-portable-graymap": "IMAGE_FORMAT_PGM",
}
"""By media type; of any other the bytes tell."""


@dataclass(slots=True)
class _Part:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)

    @property
    def name(self) -> str:
        _, options = parse_options_header(self.headers.get(b"content-disposition", b""))
        return options.get(b"name", b"").decode("utf-8", "replace")

    @property
    def media_type(self) -> str:
        return parse_options_header(self.headers.get(b"content-type", b""))[0].decode("ascii", "replace").lower()


def content_of_form(body: bytes, boundary: bytes, request: Descriptor) -> Any:
    """Return the JSON object that a form stands for.

    Args:
        body: the whole body.
        boundary: between its parts.
        request: type of the request.

    Raises:
        DomainError: FIELD_INVALID for what is no form, or a part that has no place in the request.
    """
    parts = _parts(body, boundary)
    texts = [part for part in parts if part.name == REQUEST_PART]
    if len(texts) > 1:
        raise invalid(REQUEST_PART, "stands in the form twice")
    content: Any = read_json(bytes(texts[0].content)) if texts else {}
    files = [part for part in parts if part.name != REQUEST_PART]
    if not isinstance(content, dict):
        raise invalid(REQUEST_PART, "must be a JSON object")
    for part in files:
        _place(part, content, request)
    return content


def _place(part: _Part, content: dict[str, Any], request: Descriptor) -> None:
    image: dict[str, Any] = {"data": base64.b64encode(part.content).decode("ascii")}
    if known := _FORMATS.get(part.media_type):
        image["format"] = known
    finger = _FINGER + part.name
    if finger not in _FINGERS:
        _require_field(part.name, request)
        _put(content, part.name, image)
    elif "samples" in request.fields_by_name:
        _list(content, "samples").append({"fingerPosition": finger, "image": image})
    elif "sample" in request.fields_by_name and "sample" not in content:
        content["sample"] = {"fingerPosition": finger, "image": image}
    else:
        raise invalid(part.name, "has no place: this request takes no samples, or has its only one")


def _require_field(name: str, request: Descriptor) -> None:
    """Raise DomainError FIELD_INVALID, with the names that a file may have, where nothing of a request is called so."""
    first = name.partition(".")[0]
    if first not in request.fields_by_name and first not in request.fields_by_camelcase_name:
        fingers = ", ".join(each.removeprefix(_FINGER) for each in _FINGERS)
        raise invalid(name, f"is no field of this request, and no finger; these are {fingers}")


def _list(content: dict[str, Any], name: str) -> list[Any]:
    found = content.setdefault(name, [])
    if not isinstance(found, list):
        raise invalid(name, "must be a list")
    return found


def _put(content: dict[str, Any], path: str, image: dict[str, Any]) -> None:
    """Put an image at ``a.b``, within the objects that are there; what is no field is found when all is read."""
    *outer, last = path.split(".")
    for name in outer:
        inner = content.setdefault(name, {})
        if not isinstance(inner, dict):
            raise invalid(path, "must be an object")
        content = inner
    there = content.get(last, {})
    if not isinstance(there, dict) or "data" in there:
        raise invalid(path, "stands there already")
    content[last] = there | image


def _parts(body: bytes, boundary: bytes) -> list[_Part]:
    parts: list[_Part] = []
    name, value = bytearray(), bytearray()
    ended = False

    def begin() -> None:
        if len(parts) >= _MOST_PARTS:
            raise invalid(REQUEST_PART, f"comes with at most {_MOST_PARTS - 1} files")
        parts.append(_Part())

    def header() -> None:
        parts[-1].headers[bytes(name).lower()] = bytes(value)
        name.clear()
        value.clear()

    def end() -> None:
        nonlocal ended
        ended = True

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": begin,
                "on_header_field": lambda data, start, stop: name.extend(data[start:stop]),
                "on_header_value": lambda data, start, stop: value.extend(data[start:stop]),
                "on_header_end": header,
                "on_part_data": lambda data, start, stop: parts[-1].content.extend(data[start:stop]),
                "on_end": end,
            },
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise invalid("request", "must be multipart/form-data with its parts and boundary") from None
    if not ended:
        raise invalid("request", "must be multipart/form-data with its parts and boundary")
    return parts
