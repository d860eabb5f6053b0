"""Entries of the registry, between messages and domain types."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from idverify.domain.client_rules import MOST_KEYS
from idverify.domain.model import Caller, Client, ClientEntry, ClientKey, Entitlement, Role, SampleKind
from idverify.rpc.convert.answers import timestamp
from idverify.rpc.convert.context import CONTEXT_LIMITS
from idverify.rpc.convert.fields import invalid, known_enum, missing, text
from idverify.v1 import clients_pb2 as pb

LONGEST_NAME = 64
_LONGEST_KEY = 4096
_LONGEST_CODE = CONTEXT_LIMITS["procedure_code"]


def entry_of(message: pb.Client) -> ClientEntry:
    """Return what a request says of a client.

    Raises:
        DomainError: FIELD_MISSING, FIELD_INVALID.
    """
    kinds = frozenset(_kind(value) for value in message.sample_kinds) or frozenset({SampleKind.IMAGE})
    may = Caller(
        text(message.name, "client.name", LONGEST_NAME),
        frozenset(_role(value) for value in message.roles),
        text(message.agency_code, "client.agency_code", CONTEXT_LIMITS["agency_code"]) or None,
        kinds,
        tuple(_entitlement(entitlement) for entitlement in message.entitlements),
        _codes(message.record_types, "client.record_types"),
        message.calls_per_minute or None,
        message.reads_per_day or None,
    )
    if len(message.keys) > MOST_KEYS:
        raise invalid("client.keys", f"must be at most {MOST_KEYS}")
    return ClientEntry(may, _certificate(message), tuple(map(_key, message.keys)))


def client_message(client: Client) -> pb.Client:
    """Return a client."""
    may = client.may
    kind, _, known_by = client.certificate.partition(":")
    return pb.Client(
        name=client.name,
        roles=sorted(f"CLIENT_ROLE_{role.name}" for role in may.roles),
        agency_code=may.agency_code or "",
        certificate_name=known_by if kind == "name" else None,
        certificate_sha256=known_by if kind == "sha256" else None,
        entitlements=[
            pb.Entitlement(procedure_code=e.procedure, record_types=sorted(e.record_types)) for e in may.entitlements
        ],
        record_types=sorted(may.record_types),
        sample_kinds=sorted(f"SAMPLE_KIND_{kind.name}" for kind in may.sample_kinds),
        calls_per_minute=may.calls_per_minute or 0,
        reads_per_day=may.reads_per_day or 0,
        state=f"CLIENT_STATE_{client.state.name}",
        version=client.version,
        create_time=timestamp(client.created),
        update_time=timestamp(client.updated),
        keys=[
            pb.ClientKey(
                jwk_json=key.jwk,
                expire_time=timestamp(key.until),
                start_time=None if key.since is None else timestamp(key.since),
                key_id=key.key_id,
                sha256=key.sha256,
            )
            for key in client.keys
        ],
    )


def _role(value: int) -> Role:
    name = pb.ClientRole.Name(known_enum(value, pb.ClientRole, "client.roles"))
    if value == pb.CLIENT_ROLE_UNSPECIFIED:
        raise invalid("client.roles", "must not hold CLIENT_ROLE_UNSPECIFIED")
    return Role[name.removeprefix("CLIENT_ROLE_")]


def _kind(value: int) -> SampleKind:
    name = pb.SampleKind.Name(known_enum(value, pb.SampleKind, "client.sample_kinds"))
    if value == pb.SAMPLE_KIND_UNSPECIFIED:
        raise invalid("client.sample_kinds", "must not hold SAMPLE_KIND_UNSPECIFIED")
    return SampleKind[name.removeprefix("SAMPLE_KIND_")]


def _entitlement(message: pb.Entitlement) -> Entitlement:
    code = text(message.procedure_code, "client.entitlements.procedure_code", _LONGEST_CODE)
    return Entitlement(code, _codes(message.record_types, "client.entitlements.record_types"))


def _codes(values: Iterable[str], field: str) -> frozenset[str]:
    return frozenset(text(value, field, _LONGEST_CODE) for value in values)


def _certificate(message: pb.Client) -> str:
    match message.WhichOneof("certificate"):
        case "certificate_name":
            return f"name:{text(message.certificate_name, 'client.certificate_name', 255)}"
        case "certificate_sha256":
            return f"sha256:{text(message.certificate_sha256, 'client.certificate_sha256', 64)}"
        case _:
            return ""


def _key(message: pb.ClientKey) -> ClientKey:
    """Return a key as it is stated; what kind of key it is, is for the registry to find out."""
    if not message.jwk_json:
        raise missing("client.keys.jwk_json")
    if not message.HasField("expire_time"):
        raise missing("client.keys.expire_time")
    if len(message.jwk_json) > _LONGEST_KEY:
        raise invalid("client.keys.jwk_json", f"must have at most {_LONGEST_KEY} characters")
    since = _time(message.start_time, "client.keys.start_time") if message.HasField("start_time") else None
    return ClientKey("", message.jwk_json, "", _time(message.expire_time, "client.keys.expire_time"), since)


def _time(stated: Timestamp, field: str) -> datetime:
    try:
        return stated.ToDatetime(UTC)
    except (OverflowError, ValueError):
        raise invalid(field, "must be a time of the years 1 to 9999") from None
