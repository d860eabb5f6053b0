import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from idverify.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IssueConfirmationRequest(_message.Message):
    __slots__ = ("context", "assertion_jwt", "citizen_number", "subject_id", "records", "days")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_JWT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    assertion_jwt: str
    citizen_number: str
    subject_id: str
    records: _containers.RepeatedCompositeFieldContainer[_types_pb2.Record]
    days: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., assertion_jwt: _Optional[str] = ..., citizen_number: _Optional[str] = ..., subject_id: _Optional[str] = ..., records: _Optional[_Iterable[_Union[_types_pb2.Record, _Mapping]]] = ..., days: _Optional[int] = ...) -> None: ...

class IssueConfirmationResponse(_message.Message):
    __slots__ = ("confirmation_id", "sd_jwt", "expire_time")
    CONFIRMATION_ID_FIELD_NUMBER: _ClassVar[int]
    SD_JWT_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    confirmation_id: str
    sd_jwt: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, confirmation_id: _Optional[str] = ..., sd_jwt: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RevokeConfirmationRequest(_message.Message):
    __slots__ = ("context", "confirmation_id", "citizen_number", "consent_ref")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CONFIRMATION_ID_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REF_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    confirmation_id: str
    citizen_number: str
    consent_ref: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., confirmation_id: _Optional[str] = ..., citizen_number: _Optional[str] = ..., consent_ref: _Optional[str] = ...) -> None: ...

class RevokeConfirmationResponse(_message.Message):
    __slots__ = ("revoked_ids",)
    REVOKED_IDS_FIELD_NUMBER: _ClassVar[int]
    revoked_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, revoked_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PrintConfirmationRequest(_message.Message):
    __slots__ = ("context", "sd_jwt")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SD_JWT_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    sd_jwt: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., sd_jwt: _Optional[str] = ...) -> None: ...

class PrintConfirmationResponse(_message.Message):
    __slots__ = ("pdf",)
    PDF_FIELD_NUMBER: _ClassVar[int]
    pdf: bytes
    def __init__(self, pdf: _Optional[bytes] = ...) -> None: ...

class GetStatusListRequest(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...

class GetStatusListResponse(_message.Message):
    __slots__ = ("jwt",)
    JWT_FIELD_NUMBER: _ClassVar[int]
    jwt: str
    def __init__(self, jwt: _Optional[str] = ...) -> None: ...
