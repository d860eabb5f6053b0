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

class AttemptScope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ATTEMPT_SCOPE_UNSPECIFIED: _ClassVar[AttemptScope]
    ATTEMPT_SCOPE_CLIENT_AND_CITIZEN: _ClassVar[AttemptScope]
    ATTEMPT_SCOPE_CITIZEN: _ClassVar[AttemptScope]
    ATTEMPT_SCOPE_CLIENT: _ClassVar[AttemptScope]
    ATTEMPT_SCOPE_PIN: _ClassVar[AttemptScope]

class LiftReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LIFT_REASON_UNSPECIFIED: _ClassVar[LiftReason]
    LIFT_REASON_IDENTIFIED_BY_DOCUMENTS: _ClassVar[LiftReason]
    LIFT_REASON_POOR_IMPRESSIONS: _ClassVar[LiftReason]
    LIFT_REASON_MISTAKEN_NUMBER: _ClassVar[LiftReason]
    LIFT_REASON_TRIAL: _ClassVar[LiftReason]
ATTEMPT_SCOPE_UNSPECIFIED: AttemptScope
ATTEMPT_SCOPE_CLIENT_AND_CITIZEN: AttemptScope
ATTEMPT_SCOPE_CITIZEN: AttemptScope
ATTEMPT_SCOPE_CLIENT: AttemptScope
ATTEMPT_SCOPE_PIN: AttemptScope
LIFT_REASON_UNSPECIFIED: LiftReason
LIFT_REASON_IDENTIFIED_BY_DOCUMENTS: LiftReason
LIFT_REASON_POOR_IMPRESSIONS: LiftReason
LIFT_REASON_MISTAKEN_NUMBER: LiftReason
LIFT_REASON_TRIAL: LiftReason

class AttemptLimit(_message.Message):
    __slots__ = ("scope", "client", "subject_id", "failures", "locked", "open_time")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    LOCKED_FIELD_NUMBER: _ClassVar[int]
    OPEN_TIME_FIELD_NUMBER: _ClassVar[int]
    scope: AttemptScope
    client: str
    subject_id: str
    failures: float
    locked: bool
    open_time: _timestamp_pb2.Timestamp
    def __init__(self, scope: _Optional[_Union[AttemptScope, str]] = ..., client: _Optional[str] = ..., subject_id: _Optional[str] = ..., failures: _Optional[float] = ..., locked: _Optional[bool] = ..., open_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListAttemptLimitsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListAttemptLimitsResponse(_message.Message):
    __slots__ = ("limits",)
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    limits: _containers.RepeatedCompositeFieldContainer[AttemptLimit]
    def __init__(self, limits: _Optional[_Iterable[_Union[AttemptLimit, _Mapping]]] = ...) -> None: ...

class LiftAttemptLimitRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "client", "subject_id", "reason")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    client: str
    subject_id: str
    reason: LiftReason
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., client: _Optional[str] = ..., subject_id: _Optional[str] = ..., reason: _Optional[_Union[LiftReason, str]] = ...) -> None: ...

class LiftAttemptLimitResponse(_message.Message):
    __slots__ = ("lifted",)
    LIFTED_FIELD_NUMBER: _ClassVar[int]
    lifted: int
    def __init__(self, lifted: _Optional[int] = ...) -> None: ...
