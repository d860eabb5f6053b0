from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordAccess(_message.Message):
    __slots__ = ("record_type", "fields", "required", "replaced_paper", "predicates", "field_acr")
    class FieldAcrEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    REPLACED_PAPER_FIELD_NUMBER: _ClassVar[int]
    PREDICATES_FIELD_NUMBER: _ClassVar[int]
    FIELD_ACR_FIELD_NUMBER: _ClassVar[int]
    record_type: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    required: bool
    replaced_paper: str
    predicates: _containers.RepeatedScalarFieldContainer[str]
    field_acr: _containers.ScalarMap[str, str]
    def __init__(self, record_type: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ..., required: _Optional[bool] = ..., replaced_paper: _Optional[str] = ..., predicates: _Optional[_Iterable[str]] = ..., field_acr: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Procedure(_message.Message):
    __slots__ = ("code", "title", "agency", "target_fmr", "records", "version", "required_acr", "agency_levels", "legal_basis", "retention", "valid_from", "valid_until", "withdrawn", "exceptions_allowed", "title_en")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    TARGET_FMR_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_ACR_FIELD_NUMBER: _ClassVar[int]
    AGENCY_LEVELS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    RETENTION_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    EXCEPTIONS_ALLOWED_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    code: str
    title: str
    agency: str
    target_fmr: float
    records: _containers.RepeatedCompositeFieldContainer[RecordAccess]
    version: int
    required_acr: str
    agency_levels: _containers.RepeatedScalarFieldContainer[str]
    legal_basis: str
    retention: str
    valid_from: str
    valid_until: str
    withdrawn: bool
    exceptions_allowed: bool
    title_en: str
    def __init__(self, code: _Optional[str] = ..., title: _Optional[str] = ..., agency: _Optional[str] = ..., target_fmr: _Optional[float] = ..., records: _Optional[_Iterable[_Union[RecordAccess, _Mapping]]] = ..., version: _Optional[int] = ..., required_acr: _Optional[str] = ..., agency_levels: _Optional[_Iterable[str]] = ..., legal_basis: _Optional[str] = ..., retention: _Optional[str] = ..., valid_from: _Optional[str] = ..., valid_until: _Optional[str] = ..., withdrawn: _Optional[bool] = ..., exceptions_allowed: _Optional[bool] = ..., title_en: _Optional[str] = ...) -> None: ...

class ListProceduresRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListProceduresResponse(_message.Message):
    __slots__ = ("procedures",)
    PROCEDURES_FIELD_NUMBER: _ClassVar[int]
    procedures: _containers.RepeatedCompositeFieldContainer[Procedure]
    def __init__(self, procedures: _Optional[_Iterable[_Union[Procedure, _Mapping]]] = ...) -> None: ...

class GetProcedureRequest(_message.Message):
    __slots__ = ("code", "version")
    CODE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    code: str
    version: int
    def __init__(self, code: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class GetProcedureResponse(_message.Message):
    __slots__ = ("procedure",)
    PROCEDURE_FIELD_NUMBER: _ClassVar[int]
    procedure: Procedure
    def __init__(self, procedure: _Optional[_Union[Procedure, _Mapping]] = ...) -> None: ...
