"""CatalogueService."""

from __future__ import annotations

from functools import partial

from idverify.dispatch.method import SMALL_REQUEST, Methods
from idverify.domain.catalogue.looking import Check, looked_at
from idverify.domain.model import Act
from idverify.rpc.convert.answers import encoded
from idverify.rpc.convert.catalogue import (
    change_message,
    format_of,
    kind_of,
    procedure_message,
    require_content,
    revision_message,
)
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.catalogue.keeping import CatalogueService, Import, Imported
from idverify.v1 import catalogue_pb2 as pb

MOST_FILE_BYTES = 8 << 20
"""Of a catalogue as a file: 2,000 procedures have 3 MiB of JSON."""


class CatalogueServicer:
    """Imports, exports and compares the catalogue."""

    def __init__(self, service: CatalogueService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "CatalogueService")
        return [
            rpc(
                name,
                "ImportCatalogue",
                pb.ImportCatalogueRequest,
                self.import_catalogue,
                needs_request_id=True,
                apart=True,
                most_bytes=MOST_FILE_BYTES + SMALL_REQUEST,
                act=lambda request: None if request.dry_run else Act.CATALOGUE,
            ),
            rpc(name, "ExportCatalogue", pb.ExportCatalogueRequest, self.export_catalogue, apart=True),
            rpc(name, "ListCatalogueRevisions", pb.ListCatalogueRevisionsRequest, self.list_revisions),
            rpc(name, "CompareCatalogueRevisions", pb.CompareCatalogueRevisionsRequest, self.compare_revisions),
            rpc(name, "ListProcedureVersions", pb.ListProcedureVersionsRequest, self.list_versions),
        ]

    def import_catalogue(self, call: Call, request: pb.ImportCatalogueRequest) -> bytes:
        """Take a file in, or say what would change."""
        given = Import(
            format_of(request.format),
            require_content(request.content, MOST_FILE_BYTES),
            request.complete,
            request.expected_revision or None,
        )
        encode = partial(_imported, call.deadline.check)
        if request.dry_run:
            return encode(self._service.try_import(call, given))
        return self._service.import_(call, given, encode)

    def export_catalogue(self, call: Call, request: pb.ExportCatalogueRequest) -> bytes:
        """Return the catalogue as a file."""
        content = self._service.export(call, format_of(request.format), request.revision or None, kind_of(request.kind))
        return encoded(pb.ExportCatalogueResponse(content=content))

    def list_revisions(self, call: Call, request: pb.ListCatalogueRevisionsRequest) -> bytes:
        """Return all revisions."""
        del request
        revisions = map(revision_message, self._service.history(call))
        return encoded(pb.ListCatalogueRevisionsResponse(revisions=revisions))

    def compare_revisions(self, call: Call, request: pb.CompareCatalogueRevisionsRequest) -> bytes:
        """Return what differs between two revisions."""
        found = self._service.difference(call, request.before_revision, request.after_revision or None)
        return encoded(pb.CompareCatalogueRevisionsResponse(changes=map(change_message, found)))

    def list_versions(self, call: Call, request: pb.ListProcedureVersionsRequest) -> bytes:
        """Return every version of a procedure."""
        found = map(procedure_message, self._service.versions(call, request.code))
        return encoded(pb.ListProcedureVersionsResponse(procedures=found))


def _imported(check: Check, imported: Imported) -> bytes:
    changes = map(change_message, looked_at(imported.changes, check))
    return encoded(pb.ImportCatalogueResponse(revision=imported.revision, changes=changes))
