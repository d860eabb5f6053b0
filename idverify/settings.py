"""Validated settings: from keyword arguments, the environment, a TOML file and defaults, in this order."""

from __future__ import annotations

import importlib
import ipaddress
import os
from pathlib import Path
from typing import Any, Literal, Self

from platformdirs import user_data_path
from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from idverify.domain.errors import SettingsError

ENVIRONMENT_PREFIX = "IDVERIFY_"
_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://")
_HIGHEST_PORT = 65_535
_TLS_FIELDS = ("tls_cert", "tls_key", "tls_client_ca", "clients_file")


class Settings(BaseSettings):
    """Everything an operator decides. Make it with :func:`load_settings`; ``docs/operations.md`` explains each."""

    model_config = SettingsConfigDict(env_prefix=ENVIRONMENT_PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("idverify"),
        description="Folder of everything that must be kept: database, secrets, signing keys. Made if missing.",
    )
    listen: str = Field(
        default="127.0.0.1:50051",
        description="Where to listen: `host:port`, `[IPv6]:port` or `unix:/path`. Port 0: any free one.",
    )
    database_url: str = Field(
        default="",
        repr=False,
        description="`sqlite:///path` or `postgresql://user@host/name`. Empty: SQLite in data_dir.",
    )
    tls_cert: Path | None = Field(default=None, description="The server's certificate chain, PEM.")
    tls_key: Path | None = Field(default=None, description="The private key of tls_cert, PEM.")
    tls_client_ca: Path | None = Field(default=None, description="Certificates that issue client certificates, PEM.")
    clients_file: Path | None = Field(default=None, description="TOML file of the known clients and their roles.")
    local_caller: str = Field(
        default="local-insecure",
        pattern=r"^local-[a-z0-9-]{1,58}$",
        description="Name in the audit trail of whoever calls without TLS on loopback.",
    )
    issuer: str = Field(
        default="idverify.local",
        min_length=1,
        max_length=255,
        description="Value of the claim `iss` in assertions.",
    )
    workers: int = Field(
        default_factory=lambda: max(2, os.cpu_count() or 1),
        ge=1,
        le=256,
        description="Calls that are worked on at the same time.",
    )
    queue_length: int = Field(
        default=64,
        ge=0,
        le=10_000,
        description="Calls that may wait for a worker; one more is refused with SERVER_BUSY.",
    )
    stream_concurrency: int = Field(
        default_factory=lambda: max(1, (os.cpu_count() or 2) - 1),
        ge=1,
        le=256,
        description="Requests of streams that are worked on at the same time; each stream is read so far ahead.",
    )
    default_deadline_seconds: float = Field(
        default=30.0,
        gt=0.0,
        le=3600.0,
        allow_inf_nan=False,
        description="Deadline of a call whose client states none.",
    )
    max_message_bytes: int = Field(
        default=16 << 20,
        ge=1 << 20,
        le=256 << 20,
        description="Largest request. An EnrolCitizen with many images needs the most.",
    )
    extractor: Literal["leader", "ridge"] = Field(
        default="leader",
        description="`leader`, the network, or `ridge`, image processing alone: faster, more false non-matches.",
    )
    extractor_threads: int = Field(default=1, ge=1, le=64, description="Threads of one extraction.")
    search_threads: int = Field(
        default_factory=lambda: min(8, os.cpu_count() or 1),
        ge=1,
        le=64,
        description="Threads of one search.",
    )
    snapshot_minutes: float = Field(
        default=15.0,
        gt=0.0,
        le=10_080.0,
        allow_inf_nan=False,
        description="How often the gallery is written to disk, if it changed.",
    )
    snapshot_changes: int = Field(
        default=20_000,
        ge=1,
        description="Templates added or removed after which it is written without waiting for that time.",
    )
    shutdown_grace_seconds: float = Field(
        default=20.0,
        ge=0.0,
        le=600.0,
        allow_inf_nan=False,
        description="How long calls in flight may take to end after SIGTERM.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keyword arguments first, then the environment, then the file; neither .env nor secrets folders."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def store_url(self) -> str:
        """The database to open."""
        return self.database_url or f"sqlite:///{self.data_dir / 'idverify.db'}"

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the database, if it is SQLite."""
        url = self.store_url
        return Path(url.removeprefix(_DATABASES[0]).partition("?")[0]) if url.startswith(_DATABASES[0]) else None

    @property
    def master_key_file(self) -> Path:
        """The secrets that seal what is stored."""
        return self.data_dir / "keys.json"

    @property
    def signing_key_file(self) -> Path:
        """The keys that sign assertions."""
        return self.data_dir / "signing-keys.json"

    @property
    def trail_file(self) -> Path:
        """How far the audit trail has come at least: what the database cannot say of itself."""
        return self.data_dir / "trail-head.json"

    @property
    def gallery_dir(self) -> Path:
        """The gallery on disk, from which the next start is quick. Can be made again."""
        return self.data_dir / "gallery"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not _is_address(self.listen):
            raise ValueError("listen must be host:port, [IPv6]:port or unix:/path")
        if self.database_url and not self.database_url.startswith(_DATABASES):
            raise ValueError(f"database_url must begin with {' or '.join(_DATABASES)}")
        if self.database_url.startswith(_DATABASES[0]) and _is_no_file(self.database_url.removeprefix(_DATABASES[0])):
            raise ValueError("database_url must name a file: sqlite:///path")
        if self.database_url.startswith("postgresql"):
            _require_driver()
        given = [name for name in _TLS_FIELDS if getattr(self, name) is not None]
        if given and len(given) < len(_TLS_FIELDS):
            missing = ", ".join(name for name in _TLS_FIELDS if name not in given)
            raise ValueError(f"TLS needs all of {', '.join(_TLS_FIELDS)}; missing: {missing}")
        if not given and not is_local(self.listen):
            raise ValueError(
                f"without TLS the server listens on loopback only (127.0.0.1, ::1, localhost, unix:); set "
                f"{', '.join(_TLS_FIELDS)} to listen elsewhere"
            )
        return self


def load_settings(config_file: Path | None = None, **overrides: Any) -> Settings:
    """Return the settings.

    Args:
        config_file: TOML file with the names of the fields; None: no file.
        overrides: fields given on the command line; those that are None count as not given.

    Raises:
        SettingsError: says every field that is wrong, without its value.
    """
    if config_file is not None and not config_file.is_file():
        raise SettingsError(f"there is no configuration file {config_file}")

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=config_file)

    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        # model_validate into the plain class would read the environment again; the subclass adds nothing but the file.
        return FromFile(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(item) for item in error.errors(include_input=False))) from None
    except ValueError as error:  # tomllib.TOMLDecodeError: its text holds a position, no content
        raise SettingsError(f"{config_file} is not TOML: {error}") from None


def _is_no_file(path: str) -> bool:
    return path.partition("?")[0] in {"", ":memory:"} or path.startswith("file:")


def _require_driver() -> None:
    try:
        importlib.import_module("psycopg")
    except ImportError:  # also where psycopg is there and PostgreSQL's own library is not
        raise ValueError(
            "database_url: PostgreSQL needs the extra 'postgres'; in a checkout: pip install '.[postgres]'"
        ) from None


def _is_address(listen: str) -> bool:
    scheme, _, path = listen.partition(":")
    if scheme in {"unix", "unix-abstract"}:
        return bool(path)
    host, _, port = listen.rpartition(":")
    return bool(host) and port.isdecimal() and int(port) <= _HIGHEST_PORT


def is_local(listen: str) -> bool:
    """Tell whether nobody outside this machine can reach an address to listen on."""
    if listen.startswith(("unix:", "unix-abstract:")):
        return True
    host = listen.rpartition(":")[0].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _explain(item: Any) -> str:
    field = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{field} ({ENVIRONMENT_PREFIX}{field.upper()}): {message}" if field else message
