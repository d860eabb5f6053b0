"""The sources of records that the operator names, ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from idverify.client.connection import Tls, open_channel
from idverify.domain.errors import DomainError, SettingsError
from idverify.ports import Catalogue, Clock, RecordOwner
from idverify.records.owners.grpc_owner import GrpcOwner
from idverify.records.owners.sources_file import GrpcWay, Source, load_sources
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
        desk = SourceDesk(_owner(folder, name, source, undo), source.rules(name), clock)
        undo.callback(desk.close)
        for record_type in source.record_types:
            _require_known(catalogue, name, record_type)
            desks[record_type] = desk
    return desks


def _owner(folder: Path, name: str, source: Source, undo: ExitStack) -> RecordOwner:
    try:
        keys = SourceKeys((folder / source.keys).read_text("utf-8"))
        channel = open_channel(source.grpc.address, _tls(folder, source.grpc), retries=False)
    except OSError as error:
        raise SettingsError(f"record source {name}: {error.filename} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"record source {name}: {error}") from None
    undo.callback(channel.close)
    return GrpcOwner(channel, keys)


def _tls(folder: Path, way: GrpcWay) -> Tls | None:
    files = [None if path is None else folder / path for path in (way.ca, way.certificate, way.key)]
    return Tls.from_files(*files) if any(files) else None


def _require_known(catalogue: Catalogue, name: str, record_type: str) -> None:
    try:
        catalogue.record_type(record_type)
    except DomainError:
        raise SettingsError(f"record source {name}: the catalogue has no record type {record_type}") from None
