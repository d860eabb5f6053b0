import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Purpose(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PURPOSE_UNSPECIFIED: _ClassVar[Purpose]
    PURPOSE_CITIZEN_REQUEST: _ClassVar[Purpose]
    PURPOSE_CORRECTION: _ClassVar[Purpose]
    PURPOSE_INVESTIGATION: _ClassVar[Purpose]
    PURPOSE_TRANSFER: _ClassVar[Purpose]
    PURPOSE_TEST: _ClassVar[Purpose]

class OfficerProof(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFICER_PROOF_UNSPECIFIED: _ClassVar[OfficerProof]
    OFFICER_PROOF_CLAIMED: _ClassVar[OfficerProof]
    OFFICER_PROOF_SIGNED_IN: _ClassVar[OfficerProof]

class FingerPosition(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINGER_POSITION_UNSPECIFIED: _ClassVar[FingerPosition]
    FINGER_POSITION_UNKNOWN: _ClassVar[FingerPosition]
    FINGER_POSITION_RIGHT_THUMB: _ClassVar[FingerPosition]
    FINGER_POSITION_RIGHT_INDEX: _ClassVar[FingerPosition]
    FINGER_POSITION_RIGHT_MIDDLE: _ClassVar[FingerPosition]
    FINGER_POSITION_RIGHT_RING: _ClassVar[FingerPosition]
    FINGER_POSITION_RIGHT_LITTLE: _ClassVar[FingerPosition]
    FINGER_POSITION_LEFT_THUMB: _ClassVar[FingerPosition]
    FINGER_POSITION_LEFT_INDEX: _ClassVar[FingerPosition]
    FINGER_POSITION_LEFT_MIDDLE: _ClassVar[FingerPosition]
    FINGER_POSITION_LEFT_RING: _ClassVar[FingerPosition]
    FINGER_POSITION_LEFT_LITTLE: _ClassVar[FingerPosition]

class ImageFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IMAGE_FORMAT_UNSPECIFIED: _ClassVar[ImageFormat]
    IMAGE_FORMAT_PNG: _ClassVar[ImageFormat]
    IMAGE_FORMAT_TIFF: _ClassVar[ImageFormat]
    IMAGE_FORMAT_BMP: _ClassVar[ImageFormat]
    IMAGE_FORMAT_JPEG: _ClassVar[ImageFormat]
    IMAGE_FORMAT_RAW_GREY8: _ClassVar[ImageFormat]
    IMAGE_FORMAT_JPEG_2000: _ClassVar[ImageFormat]
    IMAGE_FORMAT_WSQ: _ClassVar[ImageFormat]
    IMAGE_FORMAT_PGM: _ClassVar[ImageFormat]

class CaptureAdvice(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CAPTURE_ADVICE_UNSPECIFIED: _ClassVar[CaptureAdvice]
    CAPTURE_ADVICE_NO_FINGER: _ClassVar[CaptureAdvice]
    CAPTURE_ADVICE_TOO_FEW_MINUTIAE: _ClassVar[CaptureAdvice]
    CAPTURE_ADVICE_SMALL_AREA: _ClassVar[CaptureAdvice]
    CAPTURE_ADVICE_TOO_WET: _ClassVar[CaptureAdvice]
    CAPTURE_ADVICE_TOO_DRY: _ClassVar[CaptureAdvice]
    CAPTURE_ADVICE_LOW_CONTRAST: _ClassVar[CaptureAdvice]

class ProfileTest(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROFILE_TEST_UNSPECIFIED: _ClassVar[ProfileTest]
    PROFILE_TEST_RESOLUTION: _ClassVar[ProfileTest]
    PROFILE_TEST_GREY_LEVELS: _ClassVar[ProfileTest]
    PROFILE_TEST_MINUTIAE: _ClassVar[ProfileTest]
    PROFILE_TEST_QUALITY: _ClassVar[ProfileTest]
    PROFILE_TEST_CENTRE: _ClassVar[ProfileTest]
    PROFILE_TEST_FORMAT: _ClassVar[ProfileTest]

class ProfileOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROFILE_OUTCOME_UNSPECIFIED: _ClassVar[ProfileOutcome]
    PROFILE_OUTCOME_PASSED: _ClassVar[ProfileOutcome]
    PROFILE_OUTCOME_FAILED: _ClassVar[ProfileOutcome]
    PROFILE_OUTCOME_UNTOLD: _ClassVar[ProfileOutcome]

class Decision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DECISION_UNSPECIFIED: _ClassVar[Decision]
    DECISION_MATCH: _ClassVar[Decision]
    DECISION_NO_MATCH: _ClassVar[Decision]
    DECISION_INCONCLUSIVE: _ClassVar[Decision]

class OfficerAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFICER_ACTION_UNSPECIFIED: _ClassVar[OfficerAction]
    OFFICER_ACTION_CAPTURE: _ClassVar[OfficerAction]
    OFFICER_ACTION_CONSENT: _ClassVar[OfficerAction]
    OFFICER_ACTION_AUTHENTICATE: _ClassVar[OfficerAction]
    OFFICER_ACTION_STOP: _ClassVar[OfficerAction]
    OFFICER_ACTION_DONE: _ClassVar[OfficerAction]
    OFFICER_ACTION_SECOND_OFFICER: _ClassVar[OfficerAction]
    OFFICER_ACTION_CONCLUDE: _ClassVar[OfficerAction]
    OFFICER_ACTION_ENTER_PIN: _ClassVar[OfficerAction]
    OFFICER_ACTION_READ_CARD: _ClassVar[OfficerAction]

class RecordSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECORD_SOURCE_UNSPECIFIED: _ClassVar[RecordSource]
    RECORD_SOURCE_REGISTER: _ClassVar[RecordSource]
    RECORD_SOURCE_ENROLMENT: _ClassVar[RecordSource]
    RECORD_SOURCE_OWNER: _ClassVar[RecordSource]

class SourceFault(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SOURCE_FAULT_UNSPECIFIED: _ClassVar[SourceFault]
    SOURCE_FAULT_SLOW: _ClassVar[SourceFault]
    SOURCE_FAULT_UNREACHABLE: _ClassVar[SourceFault]
    SOURCE_FAULT_RESTING: _ClassVar[SourceFault]
    SOURCE_FAULT_REFUSED: _ClassVar[SourceFault]
    SOURCE_FAULT_SIGNATURE: _ClassVar[SourceFault]
    SOURCE_FAULT_WRONG_PERSON: _ClassVar[SourceFault]
    SOURCE_FAULT_WRONG_ANSWER: _ClassVar[SourceFault]
    SOURCE_FAULT_STALE: _ClassVar[SourceFault]
    SOURCE_FAULT_MALFORMED: _ClassVar[SourceFault]

class RecourseCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECOURSE_CODE_UNSPECIFIED: _ClassVar[RecourseCode]
    RECOURSE_CODE_PAPER: _ClassVar[RecourseCode]
    RECOURSE_CODE_LATER: _ClassVar[RecourseCode]
    RECOURSE_CODE_OTHER_OFFICE: _ClassVar[RecourseCode]
PURPOSE_UNSPECIFIED: Purpose
PURPOSE_CITIZEN_REQUEST: Purpose
PURPOSE_CORRECTION: Purpose
PURPOSE_INVESTIGATION: Purpose
PURPOSE_TRANSFER: Purpose
PURPOSE_TEST: Purpose
OFFICER_PROOF_UNSPECIFIED: OfficerProof
OFFICER_PROOF_CLAIMED: OfficerProof
OFFICER_PROOF_SIGNED_IN: OfficerProof
FINGER_POSITION_UNSPECIFIED: FingerPosition
FINGER_POSITION_UNKNOWN: FingerPosition
FINGER_POSITION_RIGHT_THUMB: FingerPosition
FINGER_POSITION_RIGHT_INDEX: FingerPosition
FINGER_POSITION_RIGHT_MIDDLE: FingerPosition
FINGER_POSITION_RIGHT_RING: FingerPosition
FINGER_POSITION_RIGHT_LITTLE: FingerPosition
FINGER_POSITION_LEFT_THUMB: FingerPosition
FINGER_POSITION_LEFT_INDEX: FingerPosition
FINGER_POSITION_LEFT_MIDDLE: FingerPosition
FINGER_POSITION_LEFT_RING: FingerPosition
FINGER_POSITION_LEFT_LITTLE: FingerPosition
IMAGE_FORMAT_UNSPECIFIED: ImageFormat
IMAGE_FORMAT_PNG: ImageFormat
IMAGE_FORMAT_TIFF: ImageFormat
IMAGE_FORMAT_BMP: ImageFormat
IMAGE_FORMAT_JPEG: ImageFormat
IMAGE_FORMAT_RAW_GREY8: ImageFormat
IMAGE_FORMAT_JPEG_2000: ImageFormat
IMAGE_FORMAT_WSQ: ImageFormat
IMAGE_FORMAT_PGM: ImageFormat
CAPTURE_ADVICE_UNSPECIFIED: CaptureAdvice
CAPTURE_ADVICE_NO_FINGER: CaptureAdvice
CAPTURE_ADVICE_TOO_FEW_MINUTIAE: CaptureAdvice
CAPTURE_ADVICE_SMALL_AREA: CaptureAdvice
CAPTURE_ADVICE_TOO_WET: CaptureAdvice
CAPTURE_ADVICE_TOO_DRY: CaptureAdvice
CAPTURE_ADVICE_LOW_CONTRAST: CaptureAdvice
PROFILE_TEST_UNSPECIFIED: ProfileTest
PROFILE_TEST_RESOLUTION: ProfileTest
PROFILE_TEST_GREY_LEVELS: ProfileTest
PROFILE_TEST_MINUTIAE: ProfileTest
PROFILE_TEST_QUALITY: ProfileTest
PROFILE_TEST_CENTRE: ProfileTest
PROFILE_TEST_FORMAT: ProfileTest
PROFILE_OUTCOME_UNSPECIFIED: ProfileOutcome
PROFILE_OUTCOME_PASSED: ProfileOutcome
PROFILE_OUTCOME_FAILED: ProfileOutcome
PROFILE_OUTCOME_UNTOLD: ProfileOutcome
DECISION_UNSPECIFIED: Decision
DECISION_MATCH: Decision
DECISION_NO_MATCH: Decision
DECISION_INCONCLUSIVE: Decision
OFFICER_ACTION_UNSPECIFIED: OfficerAction
OFFICER_ACTION_CAPTURE: OfficerAction
OFFICER_ACTION_CONSENT: OfficerAction
OFFICER_ACTION_AUTHENTICATE: OfficerAction
OFFICER_ACTION_STOP: OfficerAction
OFFICER_ACTION_DONE: OfficerAction
OFFICER_ACTION_SECOND_OFFICER: OfficerAction
OFFICER_ACTION_CONCLUDE: OfficerAction
OFFICER_ACTION_ENTER_PIN: OfficerAction
OFFICER_ACTION_READ_CARD: OfficerAction
RECORD_SOURCE_UNSPECIFIED: RecordSource
RECORD_SOURCE_REGISTER: RecordSource
RECORD_SOURCE_ENROLMENT: RecordSource
RECORD_SOURCE_OWNER: RecordSource
SOURCE_FAULT_UNSPECIFIED: SourceFault
SOURCE_FAULT_SLOW: SourceFault
SOURCE_FAULT_UNREACHABLE: SourceFault
SOURCE_FAULT_RESTING: SourceFault
SOURCE_FAULT_REFUSED: SourceFault
SOURCE_FAULT_SIGNATURE: SourceFault
SOURCE_FAULT_WRONG_PERSON: SourceFault
SOURCE_FAULT_WRONG_ANSWER: SourceFault
SOURCE_FAULT_STALE: SourceFault
SOURCE_FAULT_MALFORMED: SourceFault
RECOURSE_CODE_UNSPECIFIED: RecourseCode
RECOURSE_CODE_PAPER: RecourseCode
RECOURSE_CODE_LATER: RecourseCode
RECOURSE_CODE_OTHER_OFFICE: RecourseCode

class RequestContext(_message.Message):
    __slots__ = ("request_id", "transaction_id", "procedure_code", "dossier_code", "agency_code", "officer_id", "counter_id", "purpose", "nonce", "consent_ref")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_CODE_FIELD_NUMBER: _ClassVar[int]
    DOSSIER_CODE_FIELD_NUMBER: _ClassVar[int]
    AGENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    COUNTER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REF_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    transaction_id: str
    procedure_code: str
    dossier_code: str
    agency_code: str
    officer_id: str
    counter_id: str
    purpose: Purpose
    nonce: str
    consent_ref: str
    def __init__(self, request_id: _Optional[str] = ..., transaction_id: _Optional[str] = ..., procedure_code: _Optional[str] = ..., dossier_code: _Optional[str] = ..., agency_code: _Optional[str] = ..., officer_id: _Optional[str] = ..., counter_id: _Optional[str] = ..., purpose: _Optional[_Union[Purpose, str]] = ..., nonce: _Optional[str] = ..., consent_ref: _Optional[str] = ...) -> None: ...

class FingerImage(_message.Message):
    __slots__ = ("data", "format", "width", "height", "resolution_ppi")
    DATA_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_PPI_FIELD_NUMBER: _ClassVar[int]
    data: bytes
    format: ImageFormat
    width: int
    height: int
    resolution_ppi: float
    def __init__(self, data: _Optional[bytes] = ..., format: _Optional[_Union[ImageFormat, str]] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., resolution_ppi: _Optional[float] = ...) -> None: ...

class MinutiaeFrame(_message.Message):
    __slots__ = ("width", "height", "resolution_ppi")
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_PPI_FIELD_NUMBER: _ClassVar[int]
    width: int
    height: int
    resolution_ppi: float
    def __init__(self, width: _Optional[int] = ..., height: _Optional[int] = ..., resolution_ppi: _Optional[float] = ...) -> None: ...

class FingerprintSample(_message.Message):
    __slots__ = ("finger_position", "image", "iso_19794_2_2005", "device_attestation", "minutiae_frame")
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    ISO_19794_2_2005_FIELD_NUMBER: _ClassVar[int]
    DEVICE_ATTESTATION_FIELD_NUMBER: _ClassVar[int]
    MINUTIAE_FRAME_FIELD_NUMBER: _ClassVar[int]
    finger_position: FingerPosition
    image: FingerImage
    iso_19794_2_2005: bytes
    device_attestation: str
    minutiae_frame: MinutiaeFrame
    def __init__(self, finger_position: _Optional[_Union[FingerPosition, str]] = ..., image: _Optional[_Union[FingerImage, _Mapping]] = ..., iso_19794_2_2005: _Optional[bytes] = ..., device_attestation: _Optional[str] = ..., minutiae_frame: _Optional[_Union[MinutiaeFrame, _Mapping]] = ...) -> None: ...

class SampleQuality(_message.Message):
    __slots__ = ("score", "algorithm", "minutiae", "advice", "usable")
    SCORE_FIELD_NUMBER: _ClassVar[int]
    ALGORITHM_FIELD_NUMBER: _ClassVar[int]
    MINUTIAE_FIELD_NUMBER: _ClassVar[int]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    USABLE_FIELD_NUMBER: _ClassVar[int]
    score: int
    algorithm: str
    minutiae: int
    advice: _containers.RepeatedScalarFieldContainer[CaptureAdvice]
    usable: bool
    def __init__(self, score: _Optional[int] = ..., algorithm: _Optional[str] = ..., minutiae: _Optional[int] = ..., advice: _Optional[_Iterable[_Union[CaptureAdvice, str]]] = ..., usable: _Optional[bool] = ...) -> None: ...

class ProfileTestResult(_message.Message):
    __slots__ = ("test", "outcome", "wanted", "measured", "text_vi", "text_en")
    TEST_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    WANTED_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    test: ProfileTest
    outcome: ProfileOutcome
    wanted: str
    measured: str
    text_vi: str
    text_en: str
    def __init__(self, test: _Optional[_Union[ProfileTest, str]] = ..., outcome: _Optional[_Union[ProfileOutcome, str]] = ..., wanted: _Optional[str] = ..., measured: _Optional[str] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class OfficerStep(_message.Message):
    __slots__ = ("action", "finger_position", "advice", "text_vi", "text_en")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    ADVICE_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    action: OfficerAction
    finger_position: FingerPosition
    advice: _containers.RepeatedScalarFieldContainer[CaptureAdvice]
    text_vi: str
    text_en: str
    def __init__(self, action: _Optional[_Union[OfficerAction, str]] = ..., finger_position: _Optional[_Union[FingerPosition, str]] = ..., advice: _Optional[_Iterable[_Union[CaptureAdvice, str]]] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class ReachedAssurance(_message.Message):
    __slots__ = ("acr", "rule", "amr", "text_vi", "text_en")
    ACR_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    AMR_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    acr: str
    rule: str
    amr: _containers.RepeatedScalarFieldContainer[str]
    text_vi: str
    text_en: str
    def __init__(self, acr: _Optional[str] = ..., rule: _Optional[str] = ..., amr: _Optional[_Iterable[str]] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class OperatingPoint(_message.Message):
    __slots__ = ("target_fmr", "comparator", "calibration", "fmr_extrapolated_below")
    TARGET_FMR_FIELD_NUMBER: _ClassVar[int]
    COMPARATOR_FIELD_NUMBER: _ClassVar[int]
    CALIBRATION_FIELD_NUMBER: _ClassVar[int]
    FMR_EXTRAPOLATED_BELOW_FIELD_NUMBER: _ClassVar[int]
    target_fmr: float
    comparator: str
    calibration: str
    fmr_extrapolated_below: float
    def __init__(self, target_fmr: _Optional[float] = ..., comparator: _Optional[str] = ..., calibration: _Optional[str] = ..., fmr_extrapolated_below: _Optional[float] = ...) -> None: ...

class RecordProvenance(_message.Message):
    __slots__ = ("source", "key_id", "answer_sha256", "receive_time", "cached")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_SHA256_FIELD_NUMBER: _ClassVar[int]
    RECEIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    source: str
    key_id: str
    answer_sha256: str
    receive_time: _timestamp_pb2.Timestamp
    cached: bool
    def __init__(self, source: _Optional[str] = ..., key_id: _Optional[str] = ..., answer_sha256: _Optional[str] = ..., receive_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cached: _Optional[bool] = ...) -> None: ...

class Recourse(_message.Message):
    __slots__ = ("code", "text_vi", "text_en")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    code: RecourseCode
    text_vi: str
    text_en: str
    def __init__(self, code: _Optional[_Union[RecourseCode, str]] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class SilentSource(_message.Message):
    __slots__ = ("record_type", "title", "paper", "source", "fault", "text_vi", "text_en", "recourses")
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    RECOURSES_FIELD_NUMBER: _ClassVar[int]
    record_type: str
    title: str
    paper: str
    source: str
    fault: SourceFault
    text_vi: str
    text_en: str
    recourses: _containers.RepeatedCompositeFieldContainer[Recourse]
    def __init__(self, record_type: _Optional[str] = ..., title: _Optional[str] = ..., paper: _Optional[str] = ..., source: _Optional[str] = ..., fault: _Optional[_Union[SourceFault, str]] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ..., recourses: _Optional[_Iterable[_Union[Recourse, _Mapping]]] = ...) -> None: ...

class Record(_message.Message):
    __slots__ = ("record_type", "owning_agency", "json", "sha256", "version", "update_time", "disputed_fields", "source", "absent_fields", "provenance")
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    OWNING_AGENCY_FIELD_NUMBER: _ClassVar[int]
    JSON_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DISPUTED_FIELDS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ABSENT_FIELDS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    record_type: str
    owning_agency: str
    json: str
    sha256: str
    version: int
    update_time: _timestamp_pb2.Timestamp
    disputed_fields: _containers.RepeatedScalarFieldContainer[str]
    source: RecordSource
    absent_fields: _containers.RepeatedScalarFieldContainer[str]
    provenance: RecordProvenance
    def __init__(self, record_type: _Optional[str] = ..., owning_agency: _Optional[str] = ..., json: _Optional[str] = ..., sha256: _Optional[str] = ..., version: _Optional[int] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., disputed_fields: _Optional[_Iterable[str]] = ..., source: _Optional[_Union[RecordSource, str]] = ..., absent_fields: _Optional[_Iterable[str]] = ..., provenance: _Optional[_Union[RecordProvenance, _Mapping]] = ...) -> None: ...

class MissingRecord(_message.Message):
    __slots__ = ("record_type", "title", "paper")
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    record_type: str
    title: str
    paper: str
    def __init__(self, record_type: _Optional[str] = ..., title: _Optional[str] = ..., paper: _Optional[str] = ...) -> None: ...

class DisputedRecord(_message.Message):
    __slots__ = ("record_type", "title", "paper", "fields")
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    PAPER_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    record_type: str
    title: str
    paper: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, record_type: _Optional[str] = ..., title: _Optional[str] = ..., paper: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ...) -> None: ...

class FingerResult(_message.Message):
    __slots__ = ("finger_position", "decision", "score", "fmr_at_score", "probe_quality", "paired_minutiae")
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    FMR_AT_SCORE_FIELD_NUMBER: _ClassVar[int]
    PROBE_QUALITY_FIELD_NUMBER: _ClassVar[int]
    PAIRED_MINUTIAE_FIELD_NUMBER: _ClassVar[int]
    finger_position: FingerPosition
    decision: Decision
    score: float
    fmr_at_score: float
    probe_quality: SampleQuality
    paired_minutiae: _containers.RepeatedCompositeFieldContainer[PairedMinutia]
    def __init__(self, finger_position: _Optional[_Union[FingerPosition, str]] = ..., decision: _Optional[_Union[Decision, str]] = ..., score: _Optional[float] = ..., fmr_at_score: _Optional[float] = ..., probe_quality: _Optional[_Union[SampleQuality, _Mapping]] = ..., paired_minutiae: _Optional[_Iterable[_Union[PairedMinutia, _Mapping]]] = ...) -> None: ...

class PairedMinutia(_message.Message):
    __slots__ = ("x", "y")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: int
    y: int
    def __init__(self, x: _Optional[int] = ..., y: _Optional[int] = ...) -> None: ...
