from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PresenceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRESENCE_KIND_UNSPECIFIED: _ClassVar[PresenceKind]
    PRESENCE_KIND_EXCEPTION: _ClassVar[PresenceKind]
    PRESENCE_KIND_SLIP: _ClassVar[PresenceKind]
PRESENCE_KIND_UNSPECIFIED: PresenceKind
PRESENCE_KIND_EXCEPTION: PresenceKind
PRESENCE_KIND_SLIP: PresenceKind

class DisclosureCount(_message.Message):
    __slots__ = ("month", "procedure_code", "agency_code", "record_type", "disclosed", "papers_saved")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_CODE_FIELD_NUMBER: _ClassVar[int]
    AGENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    DISCLOSED_FIELD_NUMBER: _ClassVar[int]
    PAPERS_SAVED_FIELD_NUMBER: _ClassVar[int]
    month: str
    procedure_code: str
    agency_code: str
    record_type: str
    disclosed: int
    papers_saved: int
    def __init__(self, month: _Optional[str] = ..., procedure_code: _Optional[str] = ..., agency_code: _Optional[str] = ..., record_type: _Optional[str] = ..., disclosed: _Optional[int] = ..., papers_saved: _Optional[int] = ...) -> None: ...

class CountDisclosuresRequest(_message.Message):
    __slots__ = ("first_month", "last_month")
    FIRST_MONTH_FIELD_NUMBER: _ClassVar[int]
    LAST_MONTH_FIELD_NUMBER: _ClassVar[int]
    first_month: str
    last_month: str
    def __init__(self, first_month: _Optional[str] = ..., last_month: _Optional[str] = ...) -> None: ...

class CountDisclosuresResponse(_message.Message):
    __slots__ = ("counts", "papers_saved")
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    PAPERS_SAVED_FIELD_NUMBER: _ClassVar[int]
    counts: _containers.RepeatedCompositeFieldContainer[DisclosureCount]
    papers_saved: int
    def __init__(self, counts: _Optional[_Iterable[_Union[DisclosureCount, _Mapping]]] = ..., papers_saved: _Optional[int] = ...) -> None: ...

class PresenceCount(_message.Message):
    __slots__ = ("month", "procedure_code", "agency_code", "officer_id", "second_officer_id", "kind", "reason", "count")
    MONTH_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_CODE_FIELD_NUMBER: _ClassVar[int]
    AGENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    SECOND_OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    month: str
    procedure_code: str
    agency_code: str
    officer_id: str
    second_officer_id: str
    kind: PresenceKind
    reason: str
    count: int
    def __init__(self, month: _Optional[str] = ..., procedure_code: _Optional[str] = ..., agency_code: _Optional[str] = ..., officer_id: _Optional[str] = ..., second_officer_id: _Optional[str] = ..., kind: _Optional[_Union[PresenceKind, str]] = ..., reason: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class CountPresencesRequest(_message.Message):
    __slots__ = ("first_month", "last_month")
    FIRST_MONTH_FIELD_NUMBER: _ClassVar[int]
    LAST_MONTH_FIELD_NUMBER: _ClassVar[int]
    first_month: str
    last_month: str
    def __init__(self, first_month: _Optional[str] = ..., last_month: _Optional[str] = ...) -> None: ...

class CountPresencesResponse(_message.Message):
    __slots__ = ("counts",)
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    counts: _containers.RepeatedCompositeFieldContainer[PresenceCount]
    def __init__(self, counts: _Optional[_Iterable[_Union[PresenceCount, _Mapping]]] = ...) -> None: ...
