import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from idverify.v1 import procedures_pb2 as _procedures_pb2
from idverify.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CatalogueFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CATALOGUE_FORMAT_UNSPECIFIED: _ClassVar[CatalogueFormat]
    CATALOGUE_FORMAT_JSON: _ClassVar[CatalogueFormat]
    CATALOGUE_FORMAT_CSV: _ClassVar[CatalogueFormat]
    CATALOGUE_FORMAT_XLSX: _ClassVar[CatalogueFormat]

class CatalogueKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CATALOGUE_KIND_UNSPECIFIED: _ClassVar[CatalogueKind]
    CATALOGUE_KIND_PROCEDURE: _ClassVar[CatalogueKind]
    CATALOGUE_KIND_RECORD_TYPE: _ClassVar[CatalogueKind]

class CatalogueDifference(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CATALOGUE_DIFFERENCE_UNSPECIFIED: _ClassVar[CatalogueDifference]
    CATALOGUE_DIFFERENCE_ADDED: _ClassVar[CatalogueDifference]
    CATALOGUE_DIFFERENCE_CHANGED: _ClassVar[CatalogueDifference]
    CATALOGUE_DIFFERENCE_WITHDRAWN: _ClassVar[CatalogueDifference]
CATALOGUE_FORMAT_UNSPECIFIED: CatalogueFormat
CATALOGUE_FORMAT_JSON: CatalogueFormat
CATALOGUE_FORMAT_CSV: CatalogueFormat
CATALOGUE_FORMAT_XLSX: CatalogueFormat
CATALOGUE_KIND_UNSPECIFIED: CatalogueKind
CATALOGUE_KIND_PROCEDURE: CatalogueKind
CATALOGUE_KIND_RECORD_TYPE: CatalogueKind
CATALOGUE_DIFFERENCE_UNSPECIFIED: CatalogueDifference
CATALOGUE_DIFFERENCE_ADDED: CatalogueDifference
CATALOGUE_DIFFERENCE_CHANGED: CatalogueDifference
CATALOGUE_DIFFERENCE_WITHDRAWN: CatalogueDifference

class CatalogueChange(_message.Message):
    __slots__ = ("kind", "code", "valid_from", "title", "difference", "version", "details")
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    kind: CatalogueKind
    code: str
    valid_from: str
    title: str
    difference: CatalogueDifference
    version: int
    details: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kind: _Optional[_Union[CatalogueKind, str]] = ..., code: _Optional[str] = ..., valid_from: _Optional[str] = ..., title: _Optional[str] = ..., difference: _Optional[_Union[CatalogueDifference, str]] = ..., version: _Optional[int] = ..., details: _Optional[_Iterable[str]] = ...) -> None: ...

class CatalogueRevision(_message.Message):
    __slots__ = ("revision", "create_time", "author", "origin", "digest", "added", "changed", "withdrawn")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    ADDED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    revision: int
    create_time: _timestamp_pb2.Timestamp
    author: str
    origin: str
    digest: str
    added: int
    changed: int
    withdrawn: int
    def __init__(self, revision: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., author: _Optional[str] = ..., origin: _Optional[str] = ..., digest: _Optional[str] = ..., added: _Optional[int] = ..., changed: _Optional[int] = ..., withdrawn: _Optional[int] = ...) -> None: ...

class ImportCatalogueRequest(_message.Message):
    __slots__ = ("context", "format", "content", "dry_run", "complete", "expected_revision")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    format: CatalogueFormat
    content: bytes
    dry_run: bool
    complete: bool
    expected_revision: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., format: _Optional[_Union[CatalogueFormat, str]] = ..., content: _Optional[bytes] = ..., dry_run: _Optional[bool] = ..., complete: _Optional[bool] = ..., expected_revision: _Optional[int] = ...) -> None: ...

class ImportCatalogueResponse(_message.Message):
    __slots__ = ("revision", "changes")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    revision: int
    changes: _containers.RepeatedCompositeFieldContainer[CatalogueChange]
    def __init__(self, revision: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[CatalogueChange, _Mapping]]] = ...) -> None: ...

class ExportCatalogueRequest(_message.Message):
    __slots__ = ("format", "revision", "kind")
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    format: CatalogueFormat
    revision: int
    kind: CatalogueKind
    def __init__(self, format: _Optional[_Union[CatalogueFormat, str]] = ..., revision: _Optional[int] = ..., kind: _Optional[_Union[CatalogueKind, str]] = ...) -> None: ...

class ExportCatalogueResponse(_message.Message):
    __slots__ = ("content",)
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    content: bytes
    def __init__(self, content: _Optional[bytes] = ...) -> None: ...

class ListCatalogueRevisionsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListCatalogueRevisionsResponse(_message.Message):
    __slots__ = ("revisions",)
    REVISIONS_FIELD_NUMBER: _ClassVar[int]
    revisions: _containers.RepeatedCompositeFieldContainer[CatalogueRevision]
    def __init__(self, revisions: _Optional[_Iterable[_Union[CatalogueRevision, _Mapping]]] = ...) -> None: ...

class CompareCatalogueRevisionsRequest(_message.Message):
    __slots__ = ("before_revision", "after_revision")
    BEFORE_REVISION_FIELD_NUMBER: _ClassVar[int]
    AFTER_REVISION_FIELD_NUMBER: _ClassVar[int]
    before_revision: int
    after_revision: int
    def __init__(self, before_revision: _Optional[int] = ..., after_revision: _Optional[int] = ...) -> None: ...

class CompareCatalogueRevisionsResponse(_message.Message):
    __slots__ = ("changes",)
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[CatalogueChange]
    def __init__(self, changes: _Optional[_Iterable[_Union[CatalogueChange, _Mapping]]] = ...) -> None: ...

class ListProcedureVersionsRequest(_message.Message):
    __slots__ = ("code",)
    CODE_FIELD_NUMBER: _ClassVar[int]
    code: str
    def __init__(self, code: _Optional[str] = ...) -> None: ...

class ListProcedureVersionsResponse(_message.Message):
    __slots__ = ("procedures",)
    PROCEDURES_FIELD_NUMBER: _ClassVar[int]
    procedures: _containers.RepeatedCompositeFieldContainer[_procedures_pb2.Procedure]
    def __init__(self, procedures: _Optional[_Iterable[_Union[_procedures_pb2.Procedure, _Mapping]]] = ...) -> None: ...
