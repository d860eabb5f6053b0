"""Known callers: which client certificate belongs to whom. Read once, at start."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from idverify.domain.errors import DomainError, Reason, SettingsError
from idverify.domain.model import Caller, Role, SampleKind

_NOT_CLIENTS = {"operator", "service", "unknown"}

CallerName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$")]


class _Client(BaseModel):
    """One table ``[clients.NAME]`` of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: frozenset[Role] = Field(min_length=1)
    agency_code: str | None = Field(default=None, min_length=1, max_length=35)
    sample_kinds: frozenset[SampleKind] = Field(default=frozenset({SampleKind.IMAGE}), min_length=1)
    certificate_name: str | None = Field(default=None, min_length=1, max_length=255)
    certificate_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class _ClientsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    clients: Mapping[CallerName, _Client] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        keys = [_key_of(name, client) for name, client in self.clients.items()]
        if len(set(keys)) < len(keys):
            raise ValueError("two clients have the same certificate")
        if any(name.startswith("local-") for name in self.clients):
            raise ValueError("names that begin with local- are for callers without a certificate")
        if taken := _NOT_CLIENTS & self.clients.keys():
            raise ValueError(f"the audit trail calls by this name what is no client: {', '.join(sorted(taken))}")
        return self


class CertifiedCallers:
    """Tells the caller by the certificate that TLS has already checked; make it with :func:`load_callers`.

    A client is pinned to one certificate by its SHA-256 fingerprint, or known by a name that the certificate carries:
    one of its URIs (subjectAltName), or its common name if it has no URI.
    """

    def __init__(self, callers: Mapping[str, Caller]) -> None:
        self._callers = dict(callers)

    def caller_of(self, certificate_pem: bytes | None) -> Caller:
        """Return the caller.

        Raises:
            DomainError: CLIENT_UNKNOWN for no certificate, one that nobody is registered with, or one that fits
                several clients.
        """
        names = _names_of(x509.load_pem_x509_certificate(certificate_pem)) if certificate_pem else set()
        found = {caller.name: caller for name, caller in self._callers.items() if name in names}
        if len(found) != 1:
            raise DomainError(
                Reason.CLIENT_UNKNOWN,
                "the client certificate is not registered (or fits several clients); ask the service's operator",
            )
        return next(iter(found.values()))


def load_callers(path: Path) -> CertifiedCallers:
    """Read the clients file, TOML.

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
    return CertifiedCallers(
        {
            _key_of(name, client): Caller(name, client.roles, client.agency_code, client.sample_kinds)
            for name, client in clients.items()
        }
    )


def local_caller(name: str) -> Caller:
    """Return the caller on an unprotected loopback address: whoever can reach it may do everything, and sees all."""
    return Caller(name, frozenset(Role), sample_kinds=frozenset(SampleKind))


def _key_of(name: str, client: _Client) -> str:
    if client.certificate_sha256 is not None:
        return f"sha256:{client.certificate_sha256}"
    return f"name:{client.certificate_name or name}"


def _names_of(certificate: x509.Certificate) -> set[str]:
    return {f"sha256:{certificate.fingerprint(SHA256()).hex()}"} | {f"name:{name}" for name in _subjects(certificate)}


def _subjects(certificate: x509.Certificate) -> list[str]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        uris = extension.value.get_values_for_type(x509.UniformResourceIdentifier)
    except (x509.ExtensionNotFound, ValueError):  # ValueError: an extension that is not well formed names nobody
        uris = []
    return uris or [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
