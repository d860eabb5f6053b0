from google.api import annotations_pb2 as _annotations_pb2
from idverify.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordType(_message.Message):
    __slots__ = ("code", "title", "owning_agency", "json_schema", "version", "title_en")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    OWNING_AGENCY_FIELD_NUMBER: _ClassVar[int]
    JSON_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    code: str
    title: str
    owning_agency: str
    json_schema: str
    version: int
    title_en: str
    def __init__(self, code: _Optional[str] = ..., title: _Optional[str] = ..., owning_agency: _Optional[str] = ..., json_schema: _Optional[str] = ..., version: _Optional[int] = ..., title_en: _Optional[str] = ...) -> None: ...

class PutRecordRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "record_type", "json", "expected_version", "store_disputed")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    JSON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    STORE_DISPUTED_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    record_type: str
    json: str
    expected_version: int
    store_disputed: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., record_type: _Optional[str] = ..., json: _Optional[str] = ..., expected_version: _Optional[int] = ..., store_disputed: _Optional[bool] = ...) -> None: ...

class PutRecordResponse(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: _types_pb2.Record
    def __init__(self, record: _Optional[_Union[_types_pb2.Record, _Mapping]] = ...) -> None: ...

class GetRecordRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "record_type")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    record_type: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., record_type: _Optional[str] = ...) -> None: ...

class GetRecordResponse(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: _types_pb2.Record
    def __init__(self, record: _Optional[_Union[_types_pb2.Record, _Mapping]] = ...) -> None: ...

class ListRecordTypesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListRecordTypesResponse(_message.Message):
    __slots__ = ("record_types",)
    RECORD_TYPES_FIELD_NUMBER: _ClassVar[int]
    record_types: _containers.RepeatedCompositeFieldContainer[RecordType]
    def __init__(self, record_types: _Optional[_Iterable[_Union[RecordType, _Mapping]]] = ...) -> None: ...
