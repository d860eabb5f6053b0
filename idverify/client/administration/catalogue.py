"""The catalogue as a whole."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Call
from idverify.client.transport.asked import Asked, ask
from idverify.client.transport.caller import Caller
from idverify.v1 import catalogue_pb2, catalogue_pb2_grpc
from idverify.v1.procedures_pb2 import Procedure
from idverify.v1.types_pb2 import RequestContext


class CatalogueCalls(Caller):
    """CatalogueService."""

    @cached_property
    def _catalogue(self) -> catalogue_pb2_grpc.CatalogueServiceStub:
        return catalogue_pb2_grpc.CatalogueServiceStub(self._channel)

    @Call
    def import_catalogue(
        self,
        content: bytes,
        file_format: catalogue_pb2.CatalogueFormat,
        context: RequestContext | None = None,
        *,
        dry_run: bool = False,
        complete: bool = False,
        expected_revision: int = 0,
    ) -> Asked[catalogue_pb2.ImportCatalogueResponse]:
        """Take a file in, all of it or nothing; with ``dry_run`` only say what would change."""
        request = catalogue_pb2.ImportCatalogueRequest(
            context=context or self.new_context(),
            format=file_format,
            content=content,
            dry_run=dry_run,
            complete=complete,
            expected_revision=expected_revision,
        )
        return ask(catalogue_pb2.ImportCatalogueResponse, self._catalogue.ImportCatalogue, request)

    @Call
    def export_catalogue(
        self,
        file_format: catalogue_pb2.CatalogueFormat,
        *,
        revision: int = 0,
        kind: catalogue_pb2.CatalogueKind = catalogue_pb2.CATALOGUE_KIND_UNSPECIFIED,
    ) -> Asked[bytes]:
        """Return the catalogue as a file."""
        request = catalogue_pb2.ExportCatalogueRequest(format=file_format, revision=revision, kind=kind)
        return ask(
            catalogue_pb2.ExportCatalogueResponse,
            self._catalogue.ExportCatalogue,
            request,
            lambda answer: answer.content,
        )

    @Call
    def catalogue_revisions(self) -> Asked[list[catalogue_pb2.CatalogueRevision]]:
        """Return all revisions, the newest first."""
        request = catalogue_pb2.ListCatalogueRevisionsRequest()
        return ask(
            catalogue_pb2.ListCatalogueRevisionsResponse,
            self._catalogue.ListCatalogueRevisions,
            request,
            lambda answer: list(answer.revisions),
        )

    @Call
    def catalogue_changes(self, before: int, after: int = 0) -> Asked[list[catalogue_pb2.CatalogueChange]]:
        """Return what differs between two revisions; ``before`` 0: nothing, ``after`` 0: the newest."""
        request = catalogue_pb2.CompareCatalogueRevisionsRequest(before_revision=before, after_revision=after)
        return ask(
            catalogue_pb2.CompareCatalogueRevisionsResponse,
            self._catalogue.CompareCatalogueRevisions,
            request,
            lambda answer: list(answer.changes),
        )

    @Call
    def procedure_versions(self, code: str) -> Asked[list[Procedure]]:
        """Return every version of a procedure, the newest first."""
        request = catalogue_pb2.ListProcedureVersionsRequest(code=code)
        return ask(
            catalogue_pb2.ListProcedureVersionsResponse,
            self._catalogue.ListProcedureVersions,
            request,
            lambda answer: list(answer.procedures),
        )
