"""What pages say of the service and the code knows: settings, who may call what, reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from idverify.access.permissions import PERMISSIONS, permitted
from idverify.dispatch.method import SMALL_REQUEST, Method
from idverify.dispatch.refusal import CODES
from idverify.domain.errors import DomainError
from idverify.domain.model import Caller, Client, ClientEntry, ClientState, Role
from idverify.domain.reasons import Kind, Reason
from idverify.rpc.servicers.all import all_methods, all_streams
from idverify.services.application import Application
from idverify.services.calls.refusing import AUDITED
from idverify.settings import Settings

_SECTIONS = {
    "invalid": (Kind.INVALID,),
    "not-found": (Kind.NOT_FOUND,),
    "exists": (Kind.EXISTS,),
    "precondition": (Kind.PRECONDITION,),
    "conflict": (Kind.CONFLICT,),
    "caller": (Kind.UNAUTHENTICATED, Kind.DENIED),
    "again": (Kind.EXHAUSTED, Kind.UNAVAILABLE, Kind.DEADLINE),
}
"""Sections of ``docs/errors.md``; where there are several kinds in one, a column tells the status of each."""


def service_tables() -> dict[str, str]:
    """Return every block by the name under which pages take it in, as Markdown without an end of line."""
    reasons = {f"reasons-{name}": _reasons(kinds) for name, kinds in _SECTIONS.items()}
    return {
        "settings": _settings(),
        "permissions": _permissions(),
        "permission-matrix": _permission_matrix(),
        "client-states": _client_states(),
        "request-limits": _request_limits(),
        "audited-refusals": _audited(),
        **reasons,
    }


def _settings() -> str:
    rows = [
        (f"`{name}`", _default(field), _allowed(field), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    return _table(("setting", "default", "allowed", "meaning"), rows)


def _default(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    if isinstance(extra, dict):
        return str(extra["shown"])
    return "none" if field.default is None else f"`{field.default}`"


def _allowed(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(field.annotation))
    if get_origin(field.annotation) is tuple:
        values = ", ".join(f"`{value}`" for value in get_args(get_args(field.annotation)[0]))
        return f"any of {values}" if values else ""
    bounds = (("from", "ge"), ("above", "gt"), ("to", "le"))
    found = [(word, getattr(m, name, None)) for word, name in bounds for m in field.metadata]
    return " ".join(f"{word} {_plain(bound)}" for word, bound in found if bound is not None)


def _plain(bound: float) -> str:
    return f"{bound:.0f}" if bound == int(bound) else f"{bound}"


def _permissions() -> str:
    """Return which role may call what, and what needs a ``request_id``; in a stream each of its requests does."""
    effects = {m.full_name for m in all_methods(cast("Application", _Nothing())) if m.needs_request_id}
    rows = [
        (
            f"`{rpc.rpartition('.')[2].replace('/', '.')}`",
            *("yes" if role in roles else "" for role in Role),
            "needed" if rpc in effects or rpc.endswith("Stream") else "",
        )
        for rpc, roles in PERMISSIONS.items()
    ]
    return _table(("method", *(role.value for role in Role), "`request_id`"), rows)


def _permission_matrix() -> str:
    """Return for each method and role whether it is let in, as the code decides, and what is asked then."""
    methods = {m.full_name: m for m in all_methods(cast("Application", _Nothing()))}
    methods |= {s.full_name: s.each for s in all_streams(cast("Application", _Nothing()))}
    rows = []
    for rpc in PERMISSIONS:
        cells = [_let_in(Caller("x", frozenset({role})), rpc) for role in Role]
        rows.append((f"`{rpc.rpartition('.')[2].replace('/', '.')}`", *cells, ", ".join(_asked(methods[rpc]))))
    return _table(("method", *(role.value for role in Role), "asked of the entry and the request"), rows)


def _asked(method: Method[Any]) -> Iterable[str]:
    fields = cast("Any", method.read).args[0].DESCRIPTOR.fields_by_name
    if "context" in fields:
        yield "`procedure_code`, `agency_code`"
    if "record_type" in fields:
        yield "`record_type`"
    if method.needs_purpose:
        yield "`purpose`, budget of reading"


def _client_states() -> str:
    """Return how every call and every open stream of a client ends, by its state."""
    rows = []
    for state in ClientState:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        client = Client.registered(ClientEntry(Caller("x", frozenset(Role)), "name:x"), now).in_state(state, now)
        outcomes = {_let_in(client.caller, rpc) for rpc in PERMISSIONS}
        rows.append((state.value, ", ".join(outcomes).replace("yes", "as its roles and its entry allow")))
    revoked = Caller("x", frozenset(Role), barred=Reason.CERTIFICATE_REVOKED)
    rows.append(("its certificate is on a list", ", ".join({_let_in(revoked, rpc) for rpc in PERMISSIONS})))
    return _table(("state", "calls and open streams"), rows)


def _let_in(caller: Caller, rpc: str) -> str:
    try:
        permitted(caller, rpc)
    except DomainError as error:
        return "" if error.reason is Reason.CLIENT_NOT_AUTHORIZED else f"`{error.reason.code}`"
    return "yes"


def _request_limits() -> str:
    """Return how large a request of each method may be, those of the same limit in one row, the largest first."""
    largest: int = Settings.model_fields["max_message_bytes"].default
    limits: dict[int, list[str]] = {}
    for method in all_methods(cast("Application", _Nothing())):
        limits.setdefault(min(largest, method.most_bytes), []).append(f"`{method.name}`")
    rows = [
        (_kibibytes(limit), ", ".join(limits[limit]) if limit > SMALL_REQUEST else "every other")
        for limit in sorted(limits, reverse=True)
    ]
    return _table(("most bytes", "method"), rows)


def _kibibytes(size: int) -> str:
    return f"{size >> 20} MiB" if size % (1 << 20) == 0 else f"{size >> 10} KiB"


class _Nothing:
    """Stands for an application whose methods are listed and not called."""

    def __getattr__(self, name: str) -> Any:
        return self


def _reasons(kinds: Sequence[Kind]) -> str:
    found = [reason for reason in Reason if reason.kind in kinds]
    if len(kinds) == 1:
        rows = [(f"`{r.code}`", r.meaning, r.remedy) for r in found]
        return _table(("reason", "meaning", "what to do"), rows)
    with_status = [(f"`{r.code}`", f"`{CODES[r.kind]}`", r.meaning, r.remedy) for r in found]
    return _table(("reason", "gRPC status", "meaning", "what to do"), with_status)


def _audited() -> str:
    return ", ".join(f"`{reason.code}`" for reason in Reason if reason in AUDITED)


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("|" + "|".join(map(_cell, cells)) + "|" for cells in lines)


def _cell(text: str) -> str:
    return text if text == "---" else f" {text} " if text else " "
