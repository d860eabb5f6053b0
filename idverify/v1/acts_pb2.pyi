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

class ActKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACT_KIND_UNSPECIFIED: _ClassVar[ActKind]
    ACT_KIND_ERASE: _ClassVar[ActKind]
    ACT_KIND_EXPORT: _ClassVar[ActKind]
    ACT_KIND_ADMIN_CLIENT: _ClassVar[ActKind]
    ACT_KIND_CATALOGUE: _ClassVar[ActKind]

class ActState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACT_STATE_UNSPECIFIED: _ClassVar[ActState]
    ACT_STATE_PENDING: _ClassVar[ActState]
    ACT_STATE_APPROVED: _ClassVar[ActState]
    ACT_STATE_DONE: _ClassVar[ActState]
    ACT_STATE_REJECTED: _ClassVar[ActState]
    ACT_STATE_EXPIRED: _ClassVar[ActState]
ACT_KIND_UNSPECIFIED: ActKind
ACT_KIND_ERASE: ActKind
ACT_KIND_EXPORT: ActKind
ACT_KIND_ADMIN_CLIENT: ActKind
ACT_KIND_CATALOGUE: ActKind
ACT_STATE_UNSPECIFIED: ActState
ACT_STATE_PENDING: ActState
ACT_STATE_APPROVED: ActState
ACT_STATE_DONE: ActState
ACT_STATE_REJECTED: ActState
ACT_STATE_EXPIRED: ActState

class Act(_message.Message):
    __slots__ = ("act_id", "kind", "method", "asked_by", "context", "digest", "state", "create_time", "expire_time", "decided_by", "decide_time", "asker_proof", "decided_by_officer")
    ACT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_FIELD_NUMBER: _ClassVar[int]
    DECIDE_TIME_FIELD_NUMBER: _ClassVar[int]
    ASKER_PROOF_FIELD_NUMBER: _ClassVar[int]
    DECIDED_BY_OFFICER_FIELD_NUMBER: _ClassVar[int]
    act_id: str
    kind: ActKind
    method: str
    asked_by: str
    context: _types_pb2.RequestContext
    digest: str
    state: ActState
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    decided_by: str
    decide_time: _timestamp_pb2.Timestamp
    asker_proof: _types_pb2.OfficerProof
    decided_by_officer: str
    def __init__(self, act_id: _Optional[str] = ..., kind: _Optional[_Union[ActKind, str]] = ..., method: _Optional[str] = ..., asked_by: _Optional[str] = ..., context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., digest: _Optional[str] = ..., state: _Optional[_Union[ActState, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_by: _Optional[str] = ..., decide_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., asker_proof: _Optional[_Union[_types_pb2.OfficerProof, str]] = ..., decided_by_officer: _Optional[str] = ...) -> None: ...

class ListActsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListActsResponse(_message.Message):
    __slots__ = ("acts", "next_page_token")
    ACTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    acts: _containers.RepeatedCompositeFieldContainer[Act]
    next_page_token: str
    def __init__(self, acts: _Optional[_Iterable[_Union[Act, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetActRequest(_message.Message):
    __slots__ = ("context", "act_id")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ACT_ID_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    act_id: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., act_id: _Optional[str] = ...) -> None: ...

class GetActResponse(_message.Message):
    __slots__ = ("act", "request_json", "subject_id", "citizen_version", "absorbed_subject_ids")
    ACT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_JSON_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_VERSION_FIELD_NUMBER: _ClassVar[int]
    ABSORBED_SUBJECT_IDS_FIELD_NUMBER: _ClassVar[int]
    act: Act
    request_json: str
    subject_id: str
    citizen_version: int
    absorbed_subject_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, act: _Optional[_Union[Act, _Mapping]] = ..., request_json: _Optional[str] = ..., subject_id: _Optional[str] = ..., citizen_version: _Optional[int] = ..., absorbed_subject_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ApproveActRequest(_message.Message):
    __slots__ = ("context", "act_id", "digest")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ACT_ID_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    act_id: str
    digest: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., act_id: _Optional[str] = ..., digest: _Optional[str] = ...) -> None: ...

class ApproveActResponse(_message.Message):
    __slots__ = ("act",)
    ACT_FIELD_NUMBER: _ClassVar[int]
    act: Act
    def __init__(self, act: _Optional[_Union[Act, _Mapping]] = ...) -> None: ...

class RejectActRequest(_message.Message):
    __slots__ = ("context", "act_id")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ACT_ID_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    act_id: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., act_id: _Optional[str] = ...) -> None: ...

class RejectActResponse(_message.Message):
    __slots__ = ("act",)
    ACT_FIELD_NUMBER: _ClassVar[int]
    act: Act
    def __init__(self, act: _Optional[_Union[Act, _Mapping]] = ...) -> None: ...
