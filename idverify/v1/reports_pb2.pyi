from google.api import annotations_pb2 as _annotations_pb2
from idverify.v1 import types_pb2 as _types_pb2
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

class HourCount(_message.Message):
    __slots__ = ("day", "hour", "matches", "no_matches", "inconclusive", "exceptions")
    DAY_FIELD_NUMBER: _ClassVar[int]
    HOUR_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    NO_MATCHES_FIELD_NUMBER: _ClassVar[int]
    INCONCLUSIVE_FIELD_NUMBER: _ClassVar[int]
    EXCEPTIONS_FIELD_NUMBER: _ClassVar[int]
    day: str
    hour: int
    matches: int
    no_matches: int
    inconclusive: int
    exceptions: int
    def __init__(self, day: _Optional[str] = ..., hour: _Optional[int] = ..., matches: _Optional[int] = ..., no_matches: _Optional[int] = ..., inconclusive: _Optional[int] = ..., exceptions: _Optional[int] = ...) -> None: ...

class AcquisitionCount(_message.Message):
    __slots__ = ("captured", "poor", "decisions", "inconclusive")
    CAPTURED_FIELD_NUMBER: _ClassVar[int]
    POOR_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    INCONCLUSIVE_FIELD_NUMBER: _ClassVar[int]
    captured: int
    poor: int
    decisions: int
    inconclusive: int
    def __init__(self, captured: _Optional[int] = ..., poor: _Optional[int] = ..., decisions: _Optional[int] = ..., inconclusive: _Optional[int] = ...) -> None: ...

class FingerCount(_message.Message):
    __slots__ = ("finger_position", "count")
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    finger_position: _types_pb2.FingerPosition
    count: AcquisitionCount
    def __init__(self, finger_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ..., count: _Optional[_Union[AcquisitionCount, _Mapping]] = ...) -> None: ...

class DeviceCount(_message.Message):
    __slots__ = ("device_id", "count")
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    device_id: str
    count: AcquisitionCount
    def __init__(self, device_id: _Optional[str] = ..., count: _Optional[_Union[AcquisitionCount, _Mapping]] = ...) -> None: ...

class CountDecisionsRequest(_message.Message):
    __slots__ = ("context", "first_day", "last_day")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    first_day: str
    last_day: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., first_day: _Optional[str] = ..., last_day: _Optional[str] = ...) -> None: ...

class CountDecisionsResponse(_message.Message):
    __slots__ = ("hours", "fingers", "devices", "total")
    HOURS_FIELD_NUMBER: _ClassVar[int]
    FINGERS_FIELD_NUMBER: _ClassVar[int]
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    hours: _containers.RepeatedCompositeFieldContainer[HourCount]
    fingers: _containers.RepeatedCompositeFieldContainer[FingerCount]
    devices: _containers.RepeatedCompositeFieldContainer[DeviceCount]
    total: AcquisitionCount
    def __init__(self, hours: _Optional[_Iterable[_Union[HourCount, _Mapping]]] = ..., fingers: _Optional[_Iterable[_Union[FingerCount, _Mapping]]] = ..., devices: _Optional[_Iterable[_Union[DeviceCount, _Mapping]]] = ..., total: _Optional[_Union[AcquisitionCount, _Mapping]] = ...) -> None: ...
