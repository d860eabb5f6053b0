import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from idverify.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RefusalCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUSAL_CAUSE_UNSPECIFIED: _ClassVar[RefusalCause]
    REFUSAL_CAUSE_NOT_ENTITLED: _ClassVar[RefusalCause]
    REFUSAL_CAUSE_PURPOSE: _ClassVar[RefusalCause]
    REFUSAL_CAUSE_CONSENT_MISSING: _ClassVar[RefusalCause]
    REFUSAL_CAUSE_CONSENT_SCOPE: _ClassVar[RefusalCause]
    REFUSAL_CAUSE_ASSURANCE: _ClassVar[RefusalCause]
REFUSAL_CAUSE_UNSPECIFIED: RefusalCause
REFUSAL_CAUSE_NOT_ENTITLED: RefusalCause
REFUSAL_CAUSE_PURPOSE: RefusalCause
REFUSAL_CAUSE_CONSENT_MISSING: RefusalCause
REFUSAL_CAUSE_CONSENT_SCOPE: RefusalCause
REFUSAL_CAUSE_ASSURANCE: RefusalCause

class Assertion(_message.Message):
    __slots__ = ("jwt", "expire_time", "sd_jwt")
    JWT_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    SD_JWT_FIELD_NUMBER: _ClassVar[int]
    jwt: str
    expire_time: _timestamp_pb2.Timestamp
    sd_jwt: str
    def __init__(self, jwt: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sd_jwt: _Optional[str] = ...) -> None: ...

class DisclosureRefusal(_message.Message):
    __slots__ = ("record_type", "title", "paper", "fields", "cause", "text_vi", "text_en")
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    record_type: str
    title: str
    paper: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    cause: RefusalCause
    text_vi: str
    text_en: str
    def __init__(self, record_type: _Optional[str] = ..., title: _Optional[str] = ..., paper: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ..., cause: _Optional[_Union[RefusalCause, str]] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class Disclosure(_message.Message):
    __slots__ = ("assertion", "records", "missing_records", "replaced_papers", "disputed_records", "silent_sources", "refusals", "legal_basis", "assurance", "missing_optional_records")
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    MISSING_RECORDS_FIELD_NUMBER: _ClassVar[int]
    REPLACED_PAPERS_FIELD_NUMBER: _ClassVar[int]
    DISPUTED_RECORDS_FIELD_NUMBER: _ClassVar[int]
    SILENT_SOURCES_FIELD_NUMBER: _ClassVar[int]
    REFUSALS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    ASSURANCE_FIELD_NUMBER: _ClassVar[int]
    MISSING_OPTIONAL_RECORDS_FIELD_NUMBER: _ClassVar[int]
    assertion: Assertion
    records: _containers.RepeatedCompositeFieldContainer[_types_pb2.Record]
    missing_records: _containers.RepeatedCompositeFieldContainer[_types_pb2.MissingRecord]
    replaced_papers: _containers.RepeatedScalarFieldContainer[str]
    disputed_records: _containers.RepeatedCompositeFieldContainer[_types_pb2.DisputedRecord]
    silent_sources: _containers.RepeatedCompositeFieldContainer[_types_pb2.SilentSource]
    refusals: _containers.RepeatedCompositeFieldContainer[DisclosureRefusal]
    legal_basis: str
    assurance: _types_pb2.ReachedAssurance
    missing_optional_records: _containers.RepeatedCompositeFieldContainer[_types_pb2.MissingRecord]
    def __init__(self, assertion: _Optional[_Union[Assertion, _Mapping]] = ..., records: _Optional[_Iterable[_Union[_types_pb2.Record, _Mapping]]] = ..., missing_records: _Optional[_Iterable[_Union[_types_pb2.MissingRecord, _Mapping]]] = ..., replaced_papers: _Optional[_Iterable[str]] = ..., disputed_records: _Optional[_Iterable[_Union[_types_pb2.DisputedRecord, _Mapping]]] = ..., silent_sources: _Optional[_Iterable[_Union[_types_pb2.SilentSource, _Mapping]]] = ..., refusals: _Optional[_Iterable[_Union[DisclosureRefusal, _Mapping]]] = ..., legal_basis: _Optional[str] = ..., assurance: _Optional[_Union[_types_pb2.ReachedAssurance, _Mapping]] = ..., missing_optional_records: _Optional[_Iterable[_Union[_types_pb2.MissingRecord, _Mapping]]] = ...) -> None: ...

class VerifyRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "samples", "target_fmr", "sd_jwt")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    TARGET_FMR_FIELD_NUMBER: _ClassVar[int]
    SD_JWT_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    samples: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerprintSample]
    target_fmr: float
    sd_jwt: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., samples: _Optional[_Iterable[_Union[_types_pb2.FingerprintSample, _Mapping]]] = ..., target_fmr: _Optional[float] = ..., sd_jwt: _Optional[bool] = ...) -> None: ...

class AttemptsLeft(_message.Message):
    __slots__ = ("left", "wait", "locked")
    LEFT_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    LOCKED_FIELD_NUMBER: _ClassVar[int]
    left: int
    wait: _duration_pb2.Duration
    locked: bool
    def __init__(self, left: _Optional[int] = ..., wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., locked: _Optional[bool] = ...) -> None: ...

class VerifyResponse(_message.Message):
    __slots__ = ("decision", "operating_point", "score", "fmr_at_score", "fingers", "next_best_fingers", "disclosure", "transaction_id", "attempts", "repeated_samples", "next", "number_superseded", "audit_event")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    OPERATING_POINT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    FMR_AT_SCORE_FIELD_NUMBER: _ClassVar[int]
    FINGERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_BEST_FINGERS_FIELD_NUMBER: _ClassVar[int]
    DISCLOSURE_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    REPEATED_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_SUPERSEDED_FIELD_NUMBER: _ClassVar[int]
    AUDIT_EVENT_FIELD_NUMBER: _ClassVar[int]
    decision: _types_pb2.Decision
    operating_point: _types_pb2.OperatingPoint
    score: float
    fmr_at_score: float
    fingers: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerResult]
    next_best_fingers: _containers.RepeatedScalarFieldContainer[_types_pb2.FingerPosition]
    disclosure: Disclosure
    transaction_id: str
    attempts: AttemptsLeft
    repeated_samples: _containers.RepeatedScalarFieldContainer[int]
    next: _types_pb2.OfficerStep
    number_superseded: bool
    audit_event: int
    def __init__(self, decision: _Optional[_Union[_types_pb2.Decision, str]] = ..., operating_point: _Optional[_Union[_types_pb2.OperatingPoint, _Mapping]] = ..., score: _Optional[float] = ..., fmr_at_score: _Optional[float] = ..., fingers: _Optional[_Iterable[_Union[_types_pb2.FingerResult, _Mapping]]] = ..., next_best_fingers: _Optional[_Iterable[_Union[_types_pb2.FingerPosition, str]]] = ..., disclosure: _Optional[_Union[Disclosure, _Mapping]] = ..., transaction_id: _Optional[str] = ..., attempts: _Optional[_Union[AttemptsLeft, _Mapping]] = ..., repeated_samples: _Optional[_Iterable[int]] = ..., next: _Optional[_Union[_types_pb2.OfficerStep, _Mapping]] = ..., number_superseded: _Optional[bool] = ..., audit_event: _Optional[int] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("subject_id", "rank", "score", "fmr_at_score", "fpir_at_score", "finger_position", "fingers")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    RANK_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    FMR_AT_SCORE_FIELD_NUMBER: _ClassVar[int]
    FPIR_AT_SCORE_FIELD_NUMBER: _ClassVar[int]
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    FINGERS_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    rank: int
    score: float
    fmr_at_score: float
    fpir_at_score: float
    finger_position: _types_pb2.FingerPosition
    fingers: _containers.RepeatedCompositeFieldContainer[CandidateFinger]
    def __init__(self, subject_id: _Optional[str] = ..., rank: _Optional[int] = ..., score: _Optional[float] = ..., fmr_at_score: _Optional[float] = ..., fpir_at_score: _Optional[float] = ..., finger_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ..., fingers: _Optional[_Iterable[_Union[CandidateFinger, _Mapping]]] = ...) -> None: ...

class CandidateFinger(_message.Message):
    __slots__ = ("finger_position", "score", "fmr_at_score")
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    FMR_AT_SCORE_FIELD_NUMBER: _ClassVar[int]
    finger_position: _types_pb2.FingerPosition
    score: float
    fmr_at_score: float
    def __init__(self, finger_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ..., score: _Optional[float] = ..., fmr_at_score: _Optional[float] = ...) -> None: ...

class IdentifyRequest(_message.Message):
    __slots__ = ("context", "sample", "max_candidates", "target_fpir", "samples", "sd_jwt")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    MAX_CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    TARGET_FPIR_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    SD_JWT_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    sample: _types_pb2.FingerprintSample
    max_candidates: int
    target_fpir: float
    samples: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerprintSample]
    sd_jwt: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., sample: _Optional[_Union[_types_pb2.FingerprintSample, _Mapping]] = ..., max_candidates: _Optional[int] = ..., target_fpir: _Optional[float] = ..., samples: _Optional[_Iterable[_Union[_types_pb2.FingerprintSample, _Mapping]]] = ..., sd_jwt: _Optional[bool] = ...) -> None: ...

class IdentifyResponse(_message.Message):
    __slots__ = ("candidates", "searched_fingers", "operating_point", "probe_quality", "disclosure", "transaction_id", "decision", "probe_qualities", "comparisons", "attempts", "repeated_samples", "audit_event", "next", "complete", "searched_share")
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    SEARCHED_FINGERS_FIELD_NUMBER: _ClassVar[int]
    OPERATING_POINT_FIELD_NUMBER: _ClassVar[int]
    PROBE_QUALITY_FIELD_NUMBER: _ClassVar[int]
    DISCLOSURE_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    PROBE_QUALITIES_FIELD_NUMBER: _ClassVar[int]
    COMPARISONS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    REPEATED_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    AUDIT_EVENT_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    SEARCHED_SHARE_FIELD_NUMBER: _ClassVar[int]
    candidates: _containers.RepeatedCompositeFieldContainer[Candidate]
    searched_fingers: int
    operating_point: _types_pb2.OperatingPoint
    probe_quality: _types_pb2.SampleQuality
    disclosure: Disclosure
    transaction_id: str
    decision: _types_pb2.Decision
    probe_qualities: _containers.RepeatedCompositeFieldContainer[_types_pb2.SampleQuality]
    comparisons: int
    attempts: AttemptsLeft
    repeated_samples: _containers.RepeatedScalarFieldContainer[int]
    audit_event: int
    next: _types_pb2.OfficerStep
    complete: bool
    searched_share: float
    def __init__(self, candidates: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ..., searched_fingers: _Optional[int] = ..., operating_point: _Optional[_Union[_types_pb2.OperatingPoint, _Mapping]] = ..., probe_quality: _Optional[_Union[_types_pb2.SampleQuality, _Mapping]] = ..., disclosure: _Optional[_Union[Disclosure, _Mapping]] = ..., transaction_id: _Optional[str] = ..., decision: _Optional[_Union[_types_pb2.Decision, str]] = ..., probe_qualities: _Optional[_Iterable[_Union[_types_pb2.SampleQuality, _Mapping]]] = ..., comparisons: _Optional[int] = ..., attempts: _Optional[_Union[AttemptsLeft, _Mapping]] = ..., repeated_samples: _Optional[_Iterable[int]] = ..., audit_event: _Optional[int] = ..., next: _Optional[_Union[_types_pb2.OfficerStep, _Mapping]] = ..., complete: _Optional[bool] = ..., searched_share: _Optional[float] = ...) -> None: ...

class IdentifyStreamRequest(_message.Message):
    __slots__ = ("request",)
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    request: IdentifyRequest
    def __init__(self, request: _Optional[_Union[IdentifyRequest, _Mapping]] = ...) -> None: ...

class IdentifyStreamResponse(_message.Message):
    __slots__ = ("request_id", "place", "response", "error")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    place: int
    response: IdentifyResponse
    error: _status_pb2.Status
    def __init__(self, request_id: _Optional[str] = ..., place: _Optional[int] = ..., response: _Optional[_Union[IdentifyResponse, _Mapping]] = ..., error: _Optional[_Union[_status_pb2.Status, _Mapping]] = ...) -> None: ...
