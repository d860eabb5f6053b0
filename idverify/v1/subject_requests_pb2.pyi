import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from idverify.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SubjectRequestKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUBJECT_REQUEST_KIND_UNSPECIFIED: _ClassVar[SubjectRequestKind]
    SUBJECT_REQUEST_KIND_ACCESS: _ClassVar[SubjectRequestKind]
    SUBJECT_REQUEST_KIND_CORRECTION: _ClassVar[SubjectRequestKind]
    SUBJECT_REQUEST_KIND_ERASURE: _ClassVar[SubjectRequestKind]
    SUBJECT_REQUEST_KIND_HISTORY: _ClassVar[SubjectRequestKind]
    SUBJECT_REQUEST_KIND_RESTRICTION: _ClassVar[SubjectRequestKind]
    SUBJECT_REQUEST_KIND_OBJECTION: _ClassVar[SubjectRequestKind]

class SubjectRequestState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUBJECT_REQUEST_STATE_UNSPECIFIED: _ClassVar[SubjectRequestState]
    SUBJECT_REQUEST_STATE_OPEN: _ClassVar[SubjectRequestState]
    SUBJECT_REQUEST_STATE_ACCEPTED: _ClassVar[SubjectRequestState]
    SUBJECT_REQUEST_STATE_REFUSED: _ClassVar[SubjectRequestState]
    SUBJECT_REQUEST_STATE_DONE: _ClassVar[SubjectRequestState]
SUBJECT_REQUEST_KIND_UNSPECIFIED: SubjectRequestKind
SUBJECT_REQUEST_KIND_ACCESS: SubjectRequestKind
SUBJECT_REQUEST_KIND_CORRECTION: SubjectRequestKind
SUBJECT_REQUEST_KIND_ERASURE: SubjectRequestKind
SUBJECT_REQUEST_KIND_HISTORY: SubjectRequestKind
SUBJECT_REQUEST_KIND_RESTRICTION: SubjectRequestKind
SUBJECT_REQUEST_KIND_OBJECTION: SubjectRequestKind
SUBJECT_REQUEST_STATE_UNSPECIFIED: SubjectRequestState
SUBJECT_REQUEST_STATE_OPEN: SubjectRequestState
SUBJECT_REQUEST_STATE_ACCEPTED: SubjectRequestState
SUBJECT_REQUEST_STATE_REFUSED: SubjectRequestState
SUBJECT_REQUEST_STATE_DONE: SubjectRequestState

class SubjectRequest(_message.Message):
    __slots__ = ("subject_request_id", "subject_id", "kind", "state", "receive_time", "reply_due_time", "due_time", "overdue", "client", "agency_code", "grounds", "decide_time")
    SUBJECT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RECEIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    REPLY_DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    AGENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    subject_request_id: str
    subject_id: str
    kind: SubjectRequestKind
    state: SubjectRequestState
    receive_time: _timestamp_pb2.Timestamp
    reply_due_time: _timestamp_pb2.Timestamp
    due_time: _timestamp_pb2.Timestamp
    overdue: bool
    client: str
    agency_code: str
    grounds: str
    decide_time: _timestamp_pb2.Timestamp
    def __init__(self, subject_request_id: _Optional[str] = ..., subject_id: _Optional[str] = ..., kind: _Optional[_Union[SubjectRequestKind, str]] = ..., state: _Optional[_Union[SubjectRequestState, str]] = ..., receive_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reply_due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., overdue: _Optional[bool] = ..., client: _Optional[str] = ..., agency_code: _Optional[str] = ..., grounds: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OpenSubjectRequestRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "kind", "receive_time")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RECEIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    kind: SubjectRequestKind
    receive_time: _timestamp_pb2.Timestamp
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., kind: _Optional[_Union[SubjectRequestKind, str]] = ..., receive_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OpenSubjectRequestResponse(_message.Message):
    __slots__ = ("request", "letter_vi", "letter_en")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    LETTER_VI_FIELD_NUMBER: _ClassVar[int]
    LETTER_EN_FIELD_NUMBER: _ClassVar[int]
    request: SubjectRequest
    letter_vi: str
    letter_en: str
    def __init__(self, request: _Optional[_Union[SubjectRequest, _Mapping]] = ..., letter_vi: _Optional[str] = ..., letter_en: _Optional[str] = ...) -> None: ...

class ListSubjectRequestsRequest(_message.Message):
    __slots__ = ("context", "state", "overdue_only", "page_size", "page_token")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    state: SubjectRequestState
    overdue_only: bool
    page_size: int
    page_token: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., state: _Optional[_Union[SubjectRequestState, str]] = ..., overdue_only: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSubjectRequestsResponse(_message.Message):
    __slots__ = ("requests", "next_page_token")
    REQUESTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    requests: _containers.RepeatedCompositeFieldContainer[SubjectRequest]
    next_page_token: str
    def __init__(self, requests: _Optional[_Iterable[_Union[SubjectRequest, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DecideSubjectRequestRequest(_message.Message):
    __slots__ = ("context", "subject_request_id", "state", "grounds")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    subject_request_id: str
    state: SubjectRequestState
    grounds: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., subject_request_id: _Optional[str] = ..., state: _Optional[_Union[SubjectRequestState, str]] = ..., grounds: _Optional[str] = ...) -> None: ...

class DecideSubjectRequestResponse(_message.Message):
    __slots__ = ("request", "letter_vi", "letter_en")
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    LETTER_VI_FIELD_NUMBER: _ClassVar[int]
    LETTER_EN_FIELD_NUMBER: _ClassVar[int]
    request: SubjectRequest
    letter_vi: str
    letter_en: str
    def __init__(self, request: _Optional[_Union[SubjectRequest, _Mapping]] = ..., letter_vi: _Optional[str] = ..., letter_en: _Optional[str] = ...) -> None: ...

class ExportSubjectDataRequest(_message.Message):
    __slots__ = ("context", "subject_request_id")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    subject_request_id: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., subject_request_id: _Optional[str] = ...) -> None: ...

class ExportSubjectDataResponse(_message.Message):
    __slots__ = ("json",)
    JSON_FIELD_NUMBER: _ClassVar[int]
    json: bytes
    def __init__(self, json: _Optional[bytes] = ...) -> None: ...
