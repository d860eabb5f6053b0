"""The clients file, TOML: the first clients of a registry. What it says of one that is registered counts no more."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from idverify.domain.client_rules import LONGEST_AGENCY, LONGEST_CERTIFICATE_NAME, MOST_KEYS, NAME_PATTERN, is_reserved
from idverify.domain.errors import SettingsError
from idverify.domain.model import Caller, ClientEntry, ClientKey, Entitlement, Role, SampleKind
from idverify.trust.client_assertions import check_key

_ClientName = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
_Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _Key(BaseModel):
    """A public key (RFC 7517) by which a client asks for access tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    jwk: Mapping[str, Any]
    until: AwareDatetime
    since: AwareDatetime | None = None

    def key(self) -> ClientKey:
        """Return it in the words of the registry. Raises ValueError if it is none that a client may have."""
        jwk, key_id, sha256 = check_key(json.dumps(dict(self.jwk)))
        return ClientKey(key_id, jwk, sha256, self.until, self.since)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        self.key()
        return self


class _Client(BaseModel):
    """One table ``[clients.NAME]`` of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: frozenset[Role] = Field(min_length=1)
    agency_code: str | None = Field(default=None, min_length=1, max_length=LONGEST_AGENCY)
    certificate_name: str | None = Field(default=None, min_length=1, max_length=LONGEST_CERTIFICATE_NAME)
    certificate_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    keys: tuple[_Key, ...] = Field(default=(), max_length=MOST_KEYS)
    procedures: Mapping[_Code, frozenset[_Code]] = Field(default_factory=dict)
    record_types: frozenset[_Code] = frozenset()
    sample_kinds: frozenset[SampleKind] = Field(default=frozenset({SampleKind.IMAGE}), min_length=1)
    calls_per_minute: int | None = Field(default=None, ge=1)
    reads_per_day: int | None = Field(default=None, ge=1)

    def entry(self, name: str) -> ClientEntry:
        """Return it in the words of the registry."""
        may = Caller(
            name,
            self.roles,
            self.agency_code,
            self.sample_kinds,
            tuple(Entitlement(code, types) for code, types in self.procedures.items()),
            self.record_types,
            self.calls_per_minute,
            self.reads_per_day,
        )
        keys = tuple(key.key() for key in self.keys)
        if self.certificate_sha256 is not None:
            return ClientEntry(may, f"sha256:{self.certificate_sha256}", keys)
        if keys and self.certificate_name is None:
            return ClientEntry(may, "", keys)
        return ClientEntry(may, f"name:{self.certificate_name or name}", keys)


class _ClientsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    clients: Mapping[_ClientName, _Client] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        entries = [client.entry(name) for name, client in self.clients.items()]
        certificates = [entry.certificate for entry in entries if entry.certificate]
        keys = [key.sha256 for entry in entries for key in entry.keys]
        if len(set(certificates)) < len(certificates) or len(set(keys)) < len(keys):
            raise ValueError("two clients have the same certificate or the same key")
        if taken := sorted(filter(is_reserved, self.clients)):
            raise ValueError(f"the audit trail calls by this name what is no client: {', '.join(taken)}")
        return self


def load_clients(path: Path) -> Sequence[ClientEntry]:
    """Read the clients file.

    Raises:
        SettingsError: it cannot be read, or says something that is not understood.
    """
    try:
        clients = _ClientsFile.model_validate(tomllib.loads(path.read_text("utf-8"))).clients
    except OSError as error:
        raise SettingsError(f"the clients file {path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
        raise SettingsError(f"the clients file {path} is wrong:\n" + "\n".join(lines)) from None
    except ValueError as error:
        raise SettingsError(f"the clients file {path} is not TOML: {error}") from None
    return [client.entry(name) for name, client in clients.items()]
