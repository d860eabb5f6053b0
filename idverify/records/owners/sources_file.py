"""The file of record sources, TOML: who owns records of which type, and the way to them. ``docs/record-sources.md``."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from idverify.domain.errors import SettingsError
from idverify.domain.model.owners import SourceRules

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,63}$")]
_Type = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GrpcWay(_Table):
    """By gRPC. Files are relative to this one; without ``ca`` only a service on this machine is called."""

    address: str = Field(min_length=1, max_length=300)
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


class HttpWay(_Table):
    """Through the data-sharing platform. Files are relative to this one; without ``ca`` the system's authorities count.

    ``services``: code of the integration service (MaTichHop) of each record type. ``signing_key``: P-256, PEM.
    """

    url: str = Field(min_length=1, max_length=300)
    token_url: str = Field(min_length=1, max_length=300)
    client_id: str = Field(min_length=1, max_length=300)
    client_secret_file: Path
    signing_key: Path
    signing_key_id: str = Field(min_length=1, max_length=300)
    services: Mapping[_Type, Annotated[str, StringConstraints(min_length=1, max_length=20)]]
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if not all(url.startswith("https://") or _is_local(url) for url in (self.url, self.token_url)):
            raise ValueError("url and token_url must begin with https://, unless they are of this machine")
        return self


def _is_local(url: str) -> bool:
    """Tell it by the host: ``http://127.0.0.1:x@elsewhere/`` only begins like one."""
    parts = urlsplit(url)
    return parts.scheme == "http" and "@" not in parts.netloc and parts.hostname in {"127.0.0.1", "localhost"}


class Source(_Table):
    """One table ``[sources.NAME]``."""

    title: str = Field(min_length=1, max_length=300)
    record_types: frozenset[_Type] = Field(min_length=1)
    keys: Path
    seconds: float = Field(default=2.0, gt=0, le=30)
    hedge_seconds: float = Field(default=0.7, gt=0, le=30)
    max_age_days: float = Field(default=30.0, gt=0, le=3660)
    grpc: GrpcWay | None = None
    http: HttpWay | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.grpc is None) == (self.http is None):
            raise ValueError("exactly one of grpc and http is needed")
        if self.http is not None and not self.record_types <= set(self.http.services):
            raise ValueError("http.services must name the integration service of every record type")
        return self

    def rules(self, name: str) -> SourceRules:
        """Return what is expected of it."""
        return SourceRules(name, self.title, self.seconds, self.hedge_seconds, self.max_age_days * 86_400)


class _SourcesFile(_Table):
    sources: Mapping[_Name, Source] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        owned = Counter(kind for source in self.sources.values() for kind in source.record_types)
        if twice := sorted(kind for kind, count in owned.items() if count > 1):
            raise ValueError(f"record types with two sources: {', '.join(twice)}")
        return self


def load_sources(path: Path) -> Mapping[str, Source]:
    """Read the file: sources by name.

    Raises:
        SettingsError: it cannot be read, or says something that is not understood.
    """
    try:
        return _SourcesFile.model_validate(tomllib.loads(path.read_text("utf-8"))).sources
    except OSError as error:
        raise SettingsError(f"record_sources_file {path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
        raise SettingsError(f"record_sources_file {path} is wrong:\n" + "\n".join(lines)) from None
    except ValueError as error:
        raise SettingsError(f"record_sources_file {path} is not TOML: {error}") from None
