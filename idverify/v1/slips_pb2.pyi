import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from idverify.v1 import transactions_pb2 as _transactions_pb2
from idverify.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SlipState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SLIP_STATE_UNSPECIFIED: _ClassVar[SlipState]
    SLIP_STATE_ISSUED: _ClassVar[SlipState]
    SLIP_STATE_RECONCILED: _ClassVar[SlipState]
    SLIP_STATE_VOID: _ClassVar[SlipState]
    SLIP_STATE_CONFIRMED: _ClassVar[SlipState]
SLIP_STATE_UNSPECIFIED: SlipState
SLIP_STATE_ISSUED: SlipState
SLIP_STATE_RECONCILED: SlipState
SLIP_STATE_VOID: SlipState
SLIP_STATE_CONFIRMED: SlipState

class Slip(_message.Message):
    __slots__ = ("serial", "agency_code", "state", "issue_time", "close_time", "void_reason")
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    AGENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ISSUE_TIME_FIELD_NUMBER: _ClassVar[int]
    CLOSE_TIME_FIELD_NUMBER: _ClassVar[int]
    VOID_REASON_FIELD_NUMBER: _ClassVar[int]
    serial: str
    agency_code: str
    state: SlipState
    issue_time: _timestamp_pb2.Timestamp
    close_time: _timestamp_pb2.Timestamp
    void_reason: str
    def __init__(self, serial: _Optional[str] = ..., agency_code: _Optional[str] = ..., state: _Optional[_Union[SlipState, str]] = ..., issue_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., close_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., void_reason: _Optional[str] = ...) -> None: ...

class IssueSlipsRequest(_message.Message):
    __slots__ = ("context", "count")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    count: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., count: _Optional[int] = ...) -> None: ...

class IssueSlipsResponse(_message.Message):
    __slots__ = ("numbers", "pdf")
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    PDF_FIELD_NUMBER: _ClassVar[int]
    numbers: _containers.RepeatedScalarFieldContainer[str]
    pdf: bytes
    def __init__(self, numbers: _Optional[_Iterable[str]] = ..., pdf: _Optional[bytes] = ...) -> None: ...

class ReconcileSlipRequest(_message.Message):
    __slots__ = ("context", "slip_number", "seen_time", "officer_id", "second_officer_id", "citizen_number", "documents", "handed_out", "scan_sha256")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SLIP_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SEEN_TIME_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    SECOND_OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    HANDED_OUT_FIELD_NUMBER: _ClassVar[int]
    SCAN_SHA256_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    slip_number: str
    seen_time: _timestamp_pb2.Timestamp
    officer_id: str
    second_officer_id: str
    citizen_number: str
    documents: _containers.RepeatedCompositeFieldContainer[_transactions_pb2.SeenDocument]
    handed_out: str
    scan_sha256: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., slip_number: _Optional[str] = ..., seen_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., officer_id: _Optional[str] = ..., second_officer_id: _Optional[str] = ..., citizen_number: _Optional[str] = ..., documents: _Optional[_Iterable[_Union[_transactions_pb2.SeenDocument, _Mapping]]] = ..., handed_out: _Optional[str] = ..., scan_sha256: _Optional[str] = ...) -> None: ...

class ReconcileSlipResponse(_message.Message):
    __slots__ = ("slip", "presence_id")
    SLIP_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_ID_FIELD_NUMBER: _ClassVar[int]
    slip: Slip
    presence_id: str
    def __init__(self, slip: _Optional[_Union[Slip, _Mapping]] = ..., presence_id: _Optional[str] = ...) -> None: ...

class VoidSlipRequest(_message.Message):
    __slots__ = ("context", "serial", "reason")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SERIAL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    serial: str
    reason: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., serial: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class VoidSlipResponse(_message.Message):
    __slots__ = ("slip",)
    SLIP_FIELD_NUMBER: _ClassVar[int]
    slip: Slip
    def __init__(self, slip: _Optional[_Union[Slip, _Mapping]] = ...) -> None: ...

class ListSlipsRequest(_message.Message):
    __slots__ = ("context", "state", "page_size", "page_token")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    state: SlipState
    page_size: int
    page_token: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., state: _Optional[_Union[SlipState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSlipsResponse(_message.Message):
    __slots__ = ("slips", "next_page_token")
    SLIPS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    slips: _containers.RepeatedCompositeFieldContainer[Slip]
    next_page_token: str
    def __init__(self, slips: _Optional[_Iterable[_Union[Slip, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
