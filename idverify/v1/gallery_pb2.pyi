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

class GetGalleryStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetGalleryStatusResponse(_message.Message):
    __slots__ = ("impressions", "bytes", "segments", "snapshot_time", "search_latency")
    IMPRESSIONS_FIELD_NUMBER: _ClassVar[int]
    BYTES_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_TIME_FIELD_NUMBER: _ClassVar[int]
    SEARCH_LATENCY_FIELD_NUMBER: _ClassVar[int]
    impressions: int
    bytes: int
    segments: int
    snapshot_time: _timestamp_pb2.Timestamp
    search_latency: LatencyHistogram
    def __init__(self, impressions: _Optional[int] = ..., bytes: _Optional[int] = ..., segments: _Optional[int] = ..., snapshot_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., search_latency: _Optional[_Union[LatencyHistogram, _Mapping]] = ...) -> None: ...

class LatencyHistogram(_message.Message):
    __slots__ = ("bounds_seconds", "counts", "sum_seconds")
    BOUNDS_SECONDS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    SUM_SECONDS_FIELD_NUMBER: _ClassVar[int]
    bounds_seconds: _containers.RepeatedScalarFieldContainer[float]
    counts: _containers.RepeatedScalarFieldContainer[int]
    sum_seconds: float
    def __init__(self, bounds_seconds: _Optional[_Iterable[float]] = ..., counts: _Optional[_Iterable[int]] = ..., sum_seconds: _Optional[float] = ...) -> None: ...

class StartFindDuplicatesRequest(_message.Message):
    __slots__ = ("context", "target_fpir", "continue_operation")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    TARGET_FPIR_FIELD_NUMBER: _ClassVar[int]
    CONTINUE_OPERATION_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    target_fpir: float
    continue_operation: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., target_fpir: _Optional[float] = ..., continue_operation: _Optional[str] = ...) -> None: ...

class StartFindDuplicatesResponse(_message.Message):
    __slots__ = ("operation",)
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    operation: str
    def __init__(self, operation: _Optional[str] = ...) -> None: ...

class FindDuplicatesMetadata(_message.Message):
    __slots__ = ("state", "people_done", "people_total", "pairs_found", "create_time", "update_time")
    class State(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        STATE_UNSPECIFIED: _ClassVar[FindDuplicatesMetadata.State]
        STATE_RUNNING: _ClassVar[FindDuplicatesMetadata.State]
        STATE_SUCCEEDED: _ClassVar[FindDuplicatesMetadata.State]
        STATE_CANCELLED: _ClassVar[FindDuplicatesMetadata.State]
        STATE_FAILED: _ClassVar[FindDuplicatesMetadata.State]
        STATE_INTERRUPTED: _ClassVar[FindDuplicatesMetadata.State]
    STATE_UNSPECIFIED: FindDuplicatesMetadata.State
    STATE_RUNNING: FindDuplicatesMetadata.State
    STATE_SUCCEEDED: FindDuplicatesMetadata.State
    STATE_CANCELLED: FindDuplicatesMetadata.State
    STATE_FAILED: FindDuplicatesMetadata.State
    STATE_INTERRUPTED: FindDuplicatesMetadata.State
    STATE_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_DONE_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FOUND_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    state: FindDuplicatesMetadata.State
    people_done: int
    people_total: int
    pairs_found: int
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, state: _Optional[_Union[FindDuplicatesMetadata.State, str]] = ..., people_done: _Optional[int] = ..., people_total: _Optional[int] = ..., pairs_found: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class DuplicatePair(_message.Message):
    __slots__ = ("subject_id", "other_subject_id", "score", "fmr_at_score")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    FMR_AT_SCORE_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    other_subject_id: str
    score: float
    fmr_at_score: float
    def __init__(self, subject_id: _Optional[str] = ..., other_subject_id: _Optional[str] = ..., score: _Optional[float] = ..., fmr_at_score: _Optional[float] = ...) -> None: ...

class FindDuplicatesResponse(_message.Message):
    __slots__ = ("pairs", "pairs_found", "people")
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FOUND_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    pairs: _containers.RepeatedCompositeFieldContainer[DuplicatePair]
    pairs_found: int
    people: int
    def __init__(self, pairs: _Optional[_Iterable[_Union[DuplicatePair, _Mapping]]] = ..., pairs_found: _Optional[int] = ..., people: _Optional[int] = ...) -> None: ...

class StartRenewTemplatesRequest(_message.Message):
    __slots__ = ("context", "dry_run", "most_people")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    MOST_PEOPLE_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    dry_run: bool
    most_people: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., dry_run: _Optional[bool] = ..., most_people: _Optional[int] = ...) -> None: ...

class StartRenewTemplatesResponse(_message.Message):
    __slots__ = ("operation",)
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    operation: str
    def __init__(self, operation: _Optional[str] = ...) -> None: ...

class RenewTemplatesMetadata(_message.Message):
    __slots__ = ("state", "people_done", "people_total", "templates_renewed", "create_time", "update_time")
    STATE_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_DONE_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_TOTAL_FIELD_NUMBER: _ClassVar[int]
    TEMPLATES_RENEWED_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    state: FindDuplicatesMetadata.State
    people_done: int
    people_total: int
    templates_renewed: int
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    def __init__(self, state: _Optional[_Union[FindDuplicatesMetadata.State, str]] = ..., people_done: _Optional[int] = ..., people_total: _Optional[int] = ..., templates_renewed: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class KeptTemplate(_message.Message):
    __slots__ = ("subject_id", "finger_position", "extractor", "why", "reason")
    class Why(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        WHY_UNSPECIFIED: _ClassVar[KeptTemplate.Why]
        WHY_UNLIKE: _ClassVar[KeptTemplate.Why]
        WHY_UNUSABLE: _ClassVar[KeptTemplate.Why]
        WHY_FAILED: _ClassVar[KeptTemplate.Why]
        WHY_CHANGED: _ClassVar[KeptTemplate.Why]
    WHY_UNSPECIFIED: KeptTemplate.Why
    WHY_UNLIKE: KeptTemplate.Why
    WHY_UNUSABLE: KeptTemplate.Why
    WHY_FAILED: KeptTemplate.Why
    WHY_CHANGED: KeptTemplate.Why
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    EXTRACTOR_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    finger_position: _types_pb2.FingerPosition
    extractor: str
    why: KeptTemplate.Why
    reason: str
    def __init__(self, subject_id: _Optional[str] = ..., finger_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ..., extractor: _Optional[str] = ..., why: _Optional[_Union[KeptTemplate.Why, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class RenewTemplatesResponse(_message.Message):
    __slots__ = ("extractor", "dry_run", "people", "templates_current", "templates_renewed", "templates_kept", "kept", "people_to_capture", "to_capture", "former_quality", "renewed_quality", "better", "worse")
    EXTRACTOR_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    TEMPLATES_CURRENT_FIELD_NUMBER: _ClassVar[int]
    TEMPLATES_RENEWED_FIELD_NUMBER: _ClassVar[int]
    TEMPLATES_KEPT_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_TO_CAPTURE_FIELD_NUMBER: _ClassVar[int]
    TO_CAPTURE_FIELD_NUMBER: _ClassVar[int]
    FORMER_QUALITY_FIELD_NUMBER: _ClassVar[int]
    RENEWED_QUALITY_FIELD_NUMBER: _ClassVar[int]
    BETTER_FIELD_NUMBER: _ClassVar[int]
    WORSE_FIELD_NUMBER: _ClassVar[int]
    extractor: str
    dry_run: bool
    people: int
    templates_current: int
    templates_renewed: int
    templates_kept: int
    kept: _containers.RepeatedCompositeFieldContainer[KeptTemplate]
    people_to_capture: int
    to_capture: _containers.RepeatedScalarFieldContainer[str]
    former_quality: float
    renewed_quality: float
    better: int
    worse: int
    def __init__(self, extractor: _Optional[str] = ..., dry_run: _Optional[bool] = ..., people: _Optional[int] = ..., templates_current: _Optional[int] = ..., templates_renewed: _Optional[int] = ..., templates_kept: _Optional[int] = ..., kept: _Optional[_Iterable[_Union[KeptTemplate, _Mapping]]] = ..., people_to_capture: _Optional[int] = ..., to_capture: _Optional[_Iterable[str]] = ..., former_quality: _Optional[float] = ..., renewed_quality: _Optional[float] = ..., better: _Optional[int] = ..., worse: _Optional[int] = ...) -> None: ...
