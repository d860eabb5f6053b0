"""The whole description."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from idverify.access.permissions import PERMISSIONS
from idverify.dispatch.refusal import CODES
from idverify.domain.reasons import Kind
from idverify.rest.app import DESCRIPTION
from idverify.rest.arrival import LEAST_SECONDS, MOST_SECONDS
from idverify.rest.calls import Bound, bound
from idverify.rest.forms import REQUEST_PART
from idverify.rest.oauth2 import TOKEN_PATH
from idverify.rest.plain import FILES
from idverify.rest.problems import MEDIA_TYPE, status_code_of
from idverify.rpc.servicers.all import all_methods
from idverify.services.application import Application
from tests.development.openapi.examples import example
from tests.development.openapi.protos import Comments, read_comments
from tests.development.openapi.schemas import Schema, Schemas

_INTRODUCTION = (
    "The same calls, callers, limits and refusals as by gRPC. Clients are known by their certificates, or by access"
    " tokens that they get for keys of theirs. Numbers of citizens never stand in a path or query, which others "
    "log: what names a person is sent as a body. Every call that decides, discloses or changes something has a "
    "`context.requestId` (or the header `Idempotency-Key`): repeated, it is answered as before and has no further "
    "effect. `Request-Timeout` says in seconds how long the client waits, `Accept-Language` whether it reads vi or "
    "en."
)
_PROBLEM: Schema = {
    "type": "object",
    "description": "Why a call was refused (RFC 9457): `reason` is stable; the others explain it.",
    "required": ["type", "title", "status", "reason", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "reason": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"},
        "detail": {"type": "string"},
        "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
        "message": {
            "type": "object",
            "description": "What a clerk is told, in the language that was asked for.",
            "properties": {"locale": {"type": "string"}, "text": {"type": "string"}},
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
        "retrySeconds": {"type": "integer"},
    },
}
_VARIABLE = re.compile(r"\{([a-z_.]+)\}")
_FOREIGN = (403, 404, 405, 415, 421, 431, 500)
_STATUSES = sorted({*(status_code_of(CODES[kind]) for kind in Kind), *_FOREIGN})


def description() -> dict[str, Any]:
    """Return the description of all methods that have a path."""
    comments = read_comments()
    schemas = Schemas(comments)
    paths: dict[str, dict[str, Any]] = {}
    services: dict[str, str] = {}
    for one in bound(all_methods(MagicMock(spec=Application))):
        services[one.method.service] = comments.of(one.method.service)
        path = paths.setdefault(_VARIABLE.sub(lambda match: f"{{{_short(match[1])}}}", one.binding.path), {})
        path[one.binding.verb.lower()] = _operation(one, schemas, comments)
    return {
        "openapi": "3.1.0",
        "info": {"title": "idverify", "version": "1", "description": _INTRODUCTION, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/"}],
        "security": [{"certificate": []}, {"token": []}],
        "tags": [{"name": _tag(name), "description": words} for name, words in sorted(services.items())],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                "certificate": {"type": "mutualTLS", "description": "The certificate of a registered client."},
                "token": {
                    "type": "oauth2",
                    "description": "An access token, for what a key of a client signed (private_key_jwt).",
                    "flows": {"clientCredentials": {"tokenUrl": TOKEN_PATH, "scopes": {}}},
                },
            },
            "schemas": dict(sorted(schemas.found.items())) | {"Problem": _PROBLEM},
            "responses": {"Problem": _problem()},
        },
    }


def write(file: Path = DESCRIPTION) -> None:
    """Write it where the door gives it out."""
    file.write_text(json.dumps(description(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _problem() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": "Refused, or failed; see `reason`.", "content": {MEDIA_TYPE: {"schema": schema}}}


def _tag(service: str) -> str:
    return service.rpartition(".")[2]


def _operation(one: Bound, schemas: Schemas, comments: Comments) -> dict[str, Any]:
    method = one.transcoder.method
    roles = ", ".join(sorted(role.value for role in PERMISSIONS.get(one.method.full_name, ())))
    operation: dict[str, Any] = {
        "operationId": f"{_tag(one.method.service)}_{one.method.name}",
        "tags": [_tag(one.method.service)],
        "description": f"{comments.of(f'{one.method.service}.{one.method.name}')}\n\nRoles: {roles}.".strip(),
        "parameters": [*_path(one, schemas), *([] if one.binding.has_body else _query(one, schemas)), *_headers(one)],
        "responses": {
            "200": {
                "description": "Done.",
                "content": {
                    "application/json": {"schema": schemas.message(method.output_type)},
                    **_file(method.full_name),
                },
            },
            **{str(status): {"$ref": "#/components/responses/Problem"} for status in _STATUSES},
        },
    }
    if one.binding.has_body:
        operation["requestBody"] = _body(one, schemas)
    return operation


def _file(method: str) -> dict[str, Any]:
    return {FILES[method][1]: {"schema": {"type": "string"}}} if method in FILES else {}


def _body(one: Bound, schemas: Schemas) -> dict[str, Any]:
    request = one.transcoder.method.input_type
    schema = schemas.message(request)
    content: dict[str, Any] = {"application/json": {"schema": schema, "example": example(request)}}
    if {"sample", "samples"} & set(request.fields_by_name):
        properties = {REQUEST_PART: schema, "RIGHT_INDEX": {"type": "string", "contentMediaType": "image/png"}}
        content["multipart/form-data"] = {
            "schema": {
                "type": "object",
                "description": "The request in JSON; a file for each finger, by its name, or a field, by its path.",
                "properties": properties,
            },
            "encoding": {REQUEST_PART: {"contentType": "application/json"}},
        }
    return {"required": True, "content": content}


def _path(one: Bound, schemas: Schemas) -> list[dict[str, Any]]:
    return [
        {"name": _short(name), "in": "path", "required": True, **_parameter(_leaf(one, name), schemas)}
        for name in one.binding.variables
    ]


def _short(name: str) -> str:
    """Return the name of a variable of a path, which dots would make none for many tools."""
    return name.rpartition(".")[2]


def _leaf(one: Bound, name: str) -> FieldDescriptor:
    return dict(_leaves(one.transcoder.method.input_type))[name]


def _parameter(each: FieldDescriptor, schemas: Schemas) -> dict[str, Any]:
    schema = schemas.field(each)
    words = schema.pop("description", "") if "$ref" not in schema else ""
    return {"schema": schema, **({"description": words} if words else {})}


def _query(one: Bound, schemas: Schemas) -> list[dict[str, Any]]:
    taken = {*one.binding.variables, *one.binding.constants}
    return [
        {"name": name, "in": "query", **_parameter(each, schemas)}
        for name, each in _leaves(one.transcoder.method.input_type)
        if name not in taken
    ]


def _leaves(message: Descriptor, outer: str = "") -> list[tuple[str, FieldDescriptor]]:
    """Return the fields that a query can hold, by the name that they have there."""
    found: list[tuple[str, FieldDescriptor]] = []
    for each in message.fields:
        name = outer + each.name
        if each.is_repeated:
            continue
        if each.message_type is not None and not each.message_type.full_name.startswith("google."):
            found += _leaves(each.message_type, f"{name}.")
        else:
            found.append((name, each))
    return found


def _headers(one: Bound) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": "Accept-Language", "in": "header", "schema": {"type": "string"}, "example": "vi"},
        {
            "name": "Request-Timeout",
            "in": "header",
            "schema": {"type": "number", "minimum": LEAST_SECONDS, "maximum": MOST_SECONDS},
        },
    ]
    if one.method.needs_request_id:
        found.append({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "format": "uuid"}})
    return found


if __name__ == "__main__":
    write()
