"""The sources of records that the operator names, ready to be asked."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from idverify.client.connection import Tls, open_foreign_channel
from idverify.domain.errors import DomainError, SettingsError
from idverify.ports import Catalogue, Clock, RecordOwner
from idverify.records.owners.grpc_owner import LARGEST_MESSAGE, GrpcOwner
from idverify.records.owners.platform_access import PlatformAccess
from idverify.records.owners.sources_file import GrpcWay, HttpWay, Source, load_sources
from idverify.services.sources.desk import SourceDesk
from idverify.settings import Settings
from idverify.trust.source_signatures import SourceKeys


def open_sources(settings: Settings, catalogue: Catalogue, clock: Clock, undo: ExitStack) -> Mapping[str, SourceDesk]:
    """Return whom to ask for records of each type that has an owner elsewhere. Nobody is asked yet.

    Raises:
        SettingsError: the file or what it names cannot be used.
    """
    if settings.record_sources_file is None:
        return {}
    folder = settings.record_sources_file.parent
    desks: dict[str, SourceDesk] = {}
    for name, source in load_sources(settings.record_sources_file).items():
        desk = SourceDesk(_opened(folder, name, source, undo), source.rules(name), clock)
        undo.callback(desk.close)
        for record_type in source.record_types:
            _require_known(catalogue, name, record_type)
            desks[record_type] = desk
    return desks


def _opened(folder: Path, name: str, source: Source, undo: ExitStack) -> RecordOwner:
    try:
        return _owner(folder, source, undo)
    except ssl.SSLError as error:
        raise SettingsError(f"record source {name}: ca, certificate or key cannot be used: {error.reason}") from None
    except OSError as error:
        raise SettingsError(f"record source {name}: {error.filename} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"record source {name}: {error}") from None


def _owner(folder: Path, source: Source, undo: ExitStack) -> RecordOwner:
    keys = SourceKeys((folder / source.keys).read_text("utf-8"))
    if source.grpc is not None:
        channel = open_foreign_channel(source.grpc.address, _tls(folder, source.grpc), largest=LARGEST_MESSAGE)
        undo.callback(channel.close)
        return GrpcOwner(channel, keys)
    assert source.http is not None
    # A quarter of a second, which only who has a platform pays.
    from idverify.records.owners.http_owner import HttpOwner  # noqa: PLC0415

    platform = HttpOwner(_access(folder, source.http), keys)
    undo.callback(platform.close)
    return platform


def _tls(folder: Path, way: GrpcWay) -> Tls | None:
    files = [None if path is None else folder / path for path in (way.ca, way.certificate, way.key)]
    return Tls.from_files(*files) if any(files) else None


def _access(folder: Path, way: HttpWay) -> PlatformAccess:
    tls = ssl.create_default_context(cafile=None if way.ca is None else str(folder / way.ca))
    if way.certificate is not None:
        tls.load_cert_chain(folder / way.certificate, None if way.key is None else folder / way.key)
    return PlatformAccess(
        way.url,
        way.token_url,
        way.client_id,
        _secret(folder / way.client_secret_file),
        _signing_key(folder / way.signing_key),
        way.signing_key_id,
        way.services,
        tls,
    )


def _secret(path: Path) -> str:
    secret = path.read_text("utf-8").strip()
    if not secret or not secret.isascii() or not secret.isprintable():
        raise ValueError(f"{path} must hold a secret of printable ASCII characters")
    return secret


def _signing_key(path: Path) -> EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        raise ValueError(f"{path} is no private key in PEM without a password") from None
    if not isinstance(key, EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ValueError(f"{path} must be a key on the curve P-256")
    return key


def _require_known(catalogue: Catalogue, name: str, record_type: str) -> None:
    try:
        catalogue.record_type(record_type)
    except DomainError:
        raise SettingsError(f"record source {name}: the catalogue has no record type {record_type}") from None
