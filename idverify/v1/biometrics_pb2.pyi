from google.api import annotations_pb2 as _annotations_pb2
from idverify.v1 import types_pb2 as _types_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ExtractTemplateRequest(_message.Message):
    __slots__ = ("context", "sample")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    sample: _types_pb2.FingerprintSample
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., sample: _Optional[_Union[_types_pb2.FingerprintSample, _Mapping]] = ...) -> None: ...

class ExtractTemplateResponse(_message.Message):
    __slots__ = ("iso_19794_2_2005", "quality", "extractor", "record_quirks")
    ISO_19794_2_2005_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    EXTRACTOR_FIELD_NUMBER: _ClassVar[int]
    RECORD_QUIRKS_FIELD_NUMBER: _ClassVar[int]
    iso_19794_2_2005: bytes
    quality: _types_pb2.SampleQuality
    extractor: str
    record_quirks: _containers.RepeatedCompositeFieldContainer[RecordQuirk]
    def __init__(self, iso_19794_2_2005: _Optional[bytes] = ..., quality: _Optional[_Union[_types_pb2.SampleQuality, _Mapping]] = ..., extractor: _Optional[str] = ..., record_quirks: _Optional[_Iterable[_Union[RecordQuirk, _Mapping]]] = ...) -> None: ...

class RecordQuirk(_message.Message):
    __slots__ = ("code", "byte")
    CODE_FIELD_NUMBER: _ClassVar[int]
    BYTE_FIELD_NUMBER: _ClassVar[int]
    code: str
    byte: int
    def __init__(self, code: _Optional[str] = ..., byte: _Optional[int] = ...) -> None: ...

class CompareSamplesRequest(_message.Message):
    __slots__ = ("context", "probe", "reference", "target_fmr")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    PROBE_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FMR_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    probe: _types_pb2.FingerprintSample
    reference: _types_pb2.FingerprintSample
    target_fmr: float
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., probe: _Optional[_Union[_types_pb2.FingerprintSample, _Mapping]] = ..., reference: _Optional[_Union[_types_pb2.FingerprintSample, _Mapping]] = ..., target_fmr: _Optional[float] = ...) -> None: ...

class CompareSamplesResponse(_message.Message):
    __slots__ = ("decision", "operating_point", "score", "fmr_at_score", "probe_quality", "reference_quality", "paired_minutiae")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    OPERATING_POINT_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    FMR_AT_SCORE_FIELD_NUMBER: _ClassVar[int]
    PROBE_QUALITY_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_QUALITY_FIELD_NUMBER: _ClassVar[int]
    PAIRED_MINUTIAE_FIELD_NUMBER: _ClassVar[int]
    decision: _types_pb2.Decision
    operating_point: _types_pb2.OperatingPoint
    score: float
    fmr_at_score: float
    probe_quality: _types_pb2.SampleQuality
    reference_quality: _types_pb2.SampleQuality
    paired_minutiae: int
    def __init__(self, decision: _Optional[_Union[_types_pb2.Decision, str]] = ..., operating_point: _Optional[_Union[_types_pb2.OperatingPoint, _Mapping]] = ..., score: _Optional[float] = ..., fmr_at_score: _Optional[float] = ..., probe_quality: _Optional[_Union[_types_pb2.SampleQuality, _Mapping]] = ..., reference_quality: _Optional[_Union[_types_pb2.SampleQuality, _Mapping]] = ..., paired_minutiae: _Optional[int] = ...) -> None: ...

class CheckQualityRequest(_message.Message):
    __slots__ = ("context", "sample", "profile")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    sample: _types_pb2.FingerprintSample
    profile: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., sample: _Optional[_Union[_types_pb2.FingerprintSample, _Mapping]] = ..., profile: _Optional[str] = ...) -> None: ...

class CheckQualityResponse(_message.Message):
    __slots__ = ("quality", "profile_tests", "record_quirks")
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    PROFILE_TESTS_FIELD_NUMBER: _ClassVar[int]
    RECORD_QUIRKS_FIELD_NUMBER: _ClassVar[int]
    quality: _types_pb2.SampleQuality
    profile_tests: _containers.RepeatedCompositeFieldContainer[_types_pb2.ProfileTestResult]
    record_quirks: _containers.RepeatedCompositeFieldContainer[RecordQuirk]
    def __init__(self, quality: _Optional[_Union[_types_pb2.SampleQuality, _Mapping]] = ..., profile_tests: _Optional[_Iterable[_Union[_types_pb2.ProfileTestResult, _Mapping]]] = ..., record_quirks: _Optional[_Iterable[_Union[RecordQuirk, _Mapping]]] = ...) -> None: ...
