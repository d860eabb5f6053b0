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

class DuplicateCheck(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DUPLICATE_CHECK_UNSPECIFIED: _ClassVar[DuplicateCheck]
    DUPLICATE_CHECK_REFUSE: _ClassVar[DuplicateCheck]
    DUPLICATE_CHECK_REPORT: _ClassVar[DuplicateCheck]
    DUPLICATE_CHECK_SKIP: _ClassVar[DuplicateCheck]

class FingerFault(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FINGER_FAULT_UNSPECIFIED: _ClassVar[FingerFault]
    FINGER_FAULT_MISSING: _ClassVar[FingerFault]
    FINGER_FAULT_DAMAGED: _ClassVar[FingerFault]
    FINGER_FAULT_BANDAGED: _ClassVar[FingerFault]

class CitizenState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CITIZEN_STATE_UNSPECIFIED: _ClassVar[CitizenState]
    CITIZEN_STATE_ACTIVE: _ClassVar[CitizenState]
    CITIZEN_STATE_LOCKED: _ClassVar[CitizenState]
    CITIZEN_STATE_DEACTIVATED: _ClassVar[CitizenState]
    CITIZEN_STATE_DECEASED: _ClassVar[CitizenState]
    CITIZEN_STATE_MERGED: _ClassVar[CitizenState]

class SlapPosition(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SLAP_POSITION_UNSPECIFIED: _ClassVar[SlapPosition]
    SLAP_POSITION_RIGHT_FOUR: _ClassVar[SlapPosition]
    SLAP_POSITION_LEFT_FOUR: _ClassVar[SlapPosition]
    SLAP_POSITION_TWO_THUMBS: _ClassVar[SlapPosition]

class SequenceOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEQUENCE_OUTCOME_UNSPECIFIED: _ClassVar[SequenceOutcome]
    SEQUENCE_OUTCOME_AGREES: _ClassVar[SequenceOutcome]
    SEQUENCE_OUTCOME_SWAPPED: _ClassVar[SequenceOutcome]
    SEQUENCE_OUTCOME_UNLIKE: _ClassVar[SequenceOutcome]
DUPLICATE_CHECK_UNSPECIFIED: DuplicateCheck
DUPLICATE_CHECK_REFUSE: DuplicateCheck
DUPLICATE_CHECK_REPORT: DuplicateCheck
DUPLICATE_CHECK_SKIP: DuplicateCheck
FINGER_FAULT_UNSPECIFIED: FingerFault
FINGER_FAULT_MISSING: FingerFault
FINGER_FAULT_DAMAGED: FingerFault
FINGER_FAULT_BANDAGED: FingerFault
CITIZEN_STATE_UNSPECIFIED: CitizenState
CITIZEN_STATE_ACTIVE: CitizenState
CITIZEN_STATE_LOCKED: CitizenState
CITIZEN_STATE_DEACTIVATED: CitizenState
CITIZEN_STATE_DECEASED: CitizenState
CITIZEN_STATE_MERGED: CitizenState
SLAP_POSITION_UNSPECIFIED: SlapPosition
SLAP_POSITION_RIGHT_FOUR: SlapPosition
SLAP_POSITION_LEFT_FOUR: SlapPosition
SLAP_POSITION_TWO_THUMBS: SlapPosition
SEQUENCE_OUTCOME_UNSPECIFIED: SequenceOutcome
SEQUENCE_OUTCOME_AGREES: SequenceOutcome
SEQUENCE_OUTCOME_SWAPPED: SequenceOutcome
SEQUENCE_OUTCOME_UNLIKE: SequenceOutcome

class SuspectedDuplicate(_message.Message):
    __slots__ = ("subject_id", "score", "fmr_at_score", "fpir_at_score", "finger_position")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    FMR_AT_SCORE_FIELD_NUMBER: _ClassVar[int]
    FPIR_AT_SCORE_FIELD_NUMBER: _ClassVar[int]
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    score: float
    fmr_at_score: float
    fpir_at_score: float
    finger_position: _types_pb2.FingerPosition
    def __init__(self, subject_id: _Optional[str] = ..., score: _Optional[float] = ..., fmr_at_score: _Optional[float] = ..., fpir_at_score: _Optional[float] = ..., finger_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ...) -> None: ...

class DuplicateCheckResult(_message.Message):
    __slots__ = ("suspects", "target_fpir", "searched_fingers", "same_fingers")
    SUSPECTS_FIELD_NUMBER: _ClassVar[int]
    TARGET_FPIR_FIELD_NUMBER: _ClassVar[int]
    SEARCHED_FINGERS_FIELD_NUMBER: _ClassVar[int]
    SAME_FINGERS_FIELD_NUMBER: _ClassVar[int]
    suspects: _containers.RepeatedCompositeFieldContainer[SuspectedDuplicate]
    target_fpir: float
    searched_fingers: int
    same_fingers: _containers.RepeatedCompositeFieldContainer[SameFinger]
    def __init__(self, suspects: _Optional[_Iterable[_Union[SuspectedDuplicate, _Mapping]]] = ..., target_fpir: _Optional[float] = ..., searched_fingers: _Optional[int] = ..., same_fingers: _Optional[_Iterable[_Union[SameFinger, _Mapping]]] = ...) -> None: ...

class SameFinger(_message.Message):
    __slots__ = ("finger_position", "other_position", "enrolled")
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    OTHER_POSITION_FIELD_NUMBER: _ClassVar[int]
    ENROLLED_FIELD_NUMBER: _ClassVar[int]
    finger_position: _types_pb2.FingerPosition
    other_position: _types_pb2.FingerPosition
    enrolled: bool
    def __init__(self, finger_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ..., other_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ..., enrolled: _Optional[bool] = ...) -> None: ...

class PersonalData(_message.Message):
    __slots__ = ("full_name", "birth_date", "sex")
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    full_name: str
    birth_date: str
    sex: str
    def __init__(self, full_name: _Optional[str] = ..., birth_date: _Optional[str] = ..., sex: _Optional[str] = ...) -> None: ...

class Encounter(_message.Message):
    __slots__ = ("encounter_id", "create_time", "impressions")
    ENCOUNTER_ID_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    IMPRESSIONS_FIELD_NUMBER: _ClassVar[int]
    encounter_id: str
    create_time: _timestamp_pb2.Timestamp
    impressions: _containers.RepeatedCompositeFieldContainer[EnrolledImpression]
    def __init__(self, encounter_id: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., impressions: _Optional[_Iterable[_Union[EnrolledImpression, _Mapping]]] = ...) -> None: ...

class EnrolledImpression(_message.Message):
    __slots__ = ("finger_position", "quality", "extractor")
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    EXTRACTOR_FIELD_NUMBER: _ClassVar[int]
    finger_position: _types_pb2.FingerPosition
    quality: _types_pb2.SampleQuality
    extractor: str
    def __init__(self, finger_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ..., quality: _Optional[_Union[_types_pb2.SampleQuality, _Mapping]] = ..., extractor: _Optional[str] = ...) -> None: ...

class Citizen(_message.Message):
    __slots__ = ("subject_id", "citizen_number", "personal_data", "encounters", "create_time", "state", "version", "update_time", "former_citizen_numbers", "merged_into_subject_id", "absorbed_subject_ids", "finger_exceptions", "number_warnings")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_DATA_FIELD_NUMBER: _ClassVar[int]
    ENCOUNTERS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    FORMER_CITIZEN_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    MERGED_INTO_SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ABSORBED_SUBJECT_IDS_FIELD_NUMBER: _ClassVar[int]
    FINGER_EXCEPTIONS_FIELD_NUMBER: _ClassVar[int]
    NUMBER_WARNINGS_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    citizen_number: str
    personal_data: PersonalData
    encounters: _containers.RepeatedCompositeFieldContainer[Encounter]
    create_time: _timestamp_pb2.Timestamp
    state: CitizenState
    version: int
    update_time: _timestamp_pb2.Timestamp
    former_citizen_numbers: _containers.RepeatedScalarFieldContainer[str]
    merged_into_subject_id: str
    absorbed_subject_ids: _containers.RepeatedScalarFieldContainer[str]
    finger_exceptions: _containers.RepeatedCompositeFieldContainer[FingerException]
    number_warnings: _containers.RepeatedCompositeFieldContainer[NumberWarning]
    def __init__(self, subject_id: _Optional[str] = ..., citizen_number: _Optional[str] = ..., personal_data: _Optional[_Union[PersonalData, _Mapping]] = ..., encounters: _Optional[_Iterable[_Union[Encounter, _Mapping]]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[CitizenState, str]] = ..., version: _Optional[int] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., former_citizen_numbers: _Optional[_Iterable[str]] = ..., merged_into_subject_id: _Optional[str] = ..., absorbed_subject_ids: _Optional[_Iterable[str]] = ..., finger_exceptions: _Optional[_Iterable[_Union[FingerException, _Mapping]]] = ..., number_warnings: _Optional[_Iterable[_Union[NumberWarning, _Mapping]]] = ...) -> None: ...

class NumberWarning(_message.Message):
    __slots__ = ("code", "text_vi", "text_en")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    code: str
    text_vi: str
    text_en: str
    def __init__(self, code: _Optional[str] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class FingerException(_message.Message):
    __slots__ = ("finger_position", "fault", "until")
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    finger_position: _types_pb2.FingerPosition
    fault: FingerFault
    until: str
    def __init__(self, finger_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ..., fault: _Optional[_Union[FingerFault, str]] = ..., until: _Optional[str] = ...) -> None: ...

class EnrolCitizenRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "personal_data", "samples", "duplicate_check", "profile", "slaps", "finger_exceptions")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_DATA_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_CHECK_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    SLAPS_FIELD_NUMBER: _ClassVar[int]
    FINGER_EXCEPTIONS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    personal_data: PersonalData
    samples: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerprintSample]
    duplicate_check: DuplicateCheck
    profile: str
    slaps: _containers.RepeatedCompositeFieldContainer[SlapImage]
    finger_exceptions: _containers.RepeatedCompositeFieldContainer[FingerException]
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., personal_data: _Optional[_Union[PersonalData, _Mapping]] = ..., samples: _Optional[_Iterable[_Union[_types_pb2.FingerprintSample, _Mapping]]] = ..., duplicate_check: _Optional[_Union[DuplicateCheck, str]] = ..., profile: _Optional[str] = ..., slaps: _Optional[_Iterable[_Union[SlapImage, _Mapping]]] = ..., finger_exceptions: _Optional[_Iterable[_Union[FingerException, _Mapping]]] = ...) -> None: ...

class EnrolCitizenResponse(_message.Message):
    __slots__ = ("subject_id", "encounter", "warnings", "duplicate_check_result", "number_facts", "taken_impressions", "number_warnings")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ENCOUNTER_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_CHECK_RESULT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FACTS_FIELD_NUMBER: _ClassVar[int]
    TAKEN_IMPRESSIONS_FIELD_NUMBER: _ClassVar[int]
    NUMBER_WARNINGS_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    encounter: Encounter
    warnings: _containers.RepeatedScalarFieldContainer[str]
    duplicate_check_result: DuplicateCheckResult
    number_facts: CitizenNumberFacts
    taken_impressions: _containers.RepeatedCompositeFieldContainer[TakenImpression]
    number_warnings: _containers.RepeatedCompositeFieldContainer[NumberWarning]
    def __init__(self, subject_id: _Optional[str] = ..., encounter: _Optional[_Union[Encounter, _Mapping]] = ..., warnings: _Optional[_Iterable[str]] = ..., duplicate_check_result: _Optional[_Union[DuplicateCheckResult, _Mapping]] = ..., number_facts: _Optional[_Union[CitizenNumberFacts, _Mapping]] = ..., taken_impressions: _Optional[_Iterable[_Union[TakenImpression, _Mapping]]] = ..., number_warnings: _Optional[_Iterable[_Union[NumberWarning, _Mapping]]] = ...) -> None: ...

class SlapImage(_message.Message):
    __slots__ = ("position", "image")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    position: SlapPosition
    image: _types_pb2.FingerImage
    def __init__(self, position: _Optional[_Union[SlapPosition, str]] = ..., image: _Optional[_Union[_types_pb2.FingerImage, _Mapping]] = ...) -> None: ...

class SlapCut(_message.Message):
    __slots__ = ("slap", "x", "y", "width", "height", "angle_degrees")
    SLAP_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ANGLE_DEGREES_FIELD_NUMBER: _ClassVar[int]
    slap: SlapPosition
    x: float
    y: float
    width: float
    height: float
    angle_degrees: float
    def __init__(self, slap: _Optional[_Union[SlapPosition, str]] = ..., x: _Optional[float] = ..., y: _Optional[float] = ..., width: _Optional[float] = ..., height: _Optional[float] = ..., angle_degrees: _Optional[float] = ...) -> None: ...

class TakenImpression(_message.Message):
    __slots__ = ("finger_position", "quality", "sample", "cut", "profile_tests", "sequence", "like_position")
    FINGER_POSITION_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    CUT_FIELD_NUMBER: _ClassVar[int]
    PROFILE_TESTS_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    LIKE_POSITION_FIELD_NUMBER: _ClassVar[int]
    finger_position: _types_pb2.FingerPosition
    quality: _types_pb2.SampleQuality
    sample: int
    cut: SlapCut
    profile_tests: _containers.RepeatedCompositeFieldContainer[_types_pb2.ProfileTestResult]
    sequence: SequenceOutcome
    like_position: _types_pb2.FingerPosition
    def __init__(self, finger_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ..., quality: _Optional[_Union[_types_pb2.SampleQuality, _Mapping]] = ..., sample: _Optional[int] = ..., cut: _Optional[_Union[SlapCut, _Mapping]] = ..., profile_tests: _Optional[_Iterable[_Union[_types_pb2.ProfileTestResult, _Mapping]]] = ..., sequence: _Optional[_Union[SequenceOutcome, str]] = ..., like_position: _Optional[_Union[_types_pb2.FingerPosition, str]] = ...) -> None: ...

class CitizenNumberFacts(_message.Message):
    __slots__ = ("province_code", "province_name", "province_until", "province_now", "birth_year", "sex")
    PROVINCE_CODE_FIELD_NUMBER: _ClassVar[int]
    PROVINCE_NAME_FIELD_NUMBER: _ClassVar[int]
    PROVINCE_UNTIL_FIELD_NUMBER: _ClassVar[int]
    PROVINCE_NOW_FIELD_NUMBER: _ClassVar[int]
    BIRTH_YEAR_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    province_code: str
    province_name: str
    province_until: str
    province_now: str
    birth_year: int
    sex: str
    def __init__(self, province_code: _Optional[str] = ..., province_name: _Optional[str] = ..., province_until: _Optional[str] = ..., province_now: _Optional[str] = ..., birth_year: _Optional[int] = ..., sex: _Optional[str] = ...) -> None: ...

class AddFingerprintsRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "samples", "duplicate_check", "profile", "slaps")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_CHECK_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    SLAPS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    samples: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerprintSample]
    duplicate_check: DuplicateCheck
    profile: str
    slaps: _containers.RepeatedCompositeFieldContainer[SlapImage]
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., samples: _Optional[_Iterable[_Union[_types_pb2.FingerprintSample, _Mapping]]] = ..., duplicate_check: _Optional[_Union[DuplicateCheck, str]] = ..., profile: _Optional[str] = ..., slaps: _Optional[_Iterable[_Union[SlapImage, _Mapping]]] = ...) -> None: ...

class AddFingerprintsResponse(_message.Message):
    __slots__ = ("subject_id", "encounter", "duplicate_check_result", "taken_impressions")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ENCOUNTER_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_CHECK_RESULT_FIELD_NUMBER: _ClassVar[int]
    TAKEN_IMPRESSIONS_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    encounter: Encounter
    duplicate_check_result: DuplicateCheckResult
    taken_impressions: _containers.RepeatedCompositeFieldContainer[TakenImpression]
    def __init__(self, subject_id: _Optional[str] = ..., encounter: _Optional[_Union[Encounter, _Mapping]] = ..., duplicate_check_result: _Optional[_Union[DuplicateCheckResult, _Mapping]] = ..., taken_impressions: _Optional[_Iterable[_Union[TakenImpression, _Mapping]]] = ...) -> None: ...

class GetCitizenRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "subject_id")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    subject_id: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., subject_id: _Optional[str] = ...) -> None: ...

class GetCitizenResponse(_message.Message):
    __slots__ = ("citizen", "number_facts")
    CITIZEN_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FACTS_FIELD_NUMBER: _ClassVar[int]
    citizen: Citizen
    number_facts: CitizenNumberFacts
    def __init__(self, citizen: _Optional[_Union[Citizen, _Mapping]] = ..., number_facts: _Optional[_Union[CitizenNumberFacts, _Mapping]] = ...) -> None: ...

class ListCitizensRequest(_message.Message):
    __slots__ = ("context", "page_size", "page_token")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    page_size: int
    page_token: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCitizensResponse(_message.Message):
    __slots__ = ("citizens", "next_page_token")
    CITIZENS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    citizens: _containers.RepeatedCompositeFieldContainer[Citizen]
    next_page_token: str
    def __init__(self, citizens: _Optional[_Iterable[_Union[Citizen, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DeleteCitizenRequest(_message.Message):
    __slots__ = ("context", "citizen_number")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ...) -> None: ...

class DeleteCitizenResponse(_message.Message):
    __slots__ = ("subject_id", "removed_templates")
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    REMOVED_TEMPLATES_FIELD_NUMBER: _ClassVar[int]
    subject_id: str
    removed_templates: int
    def __init__(self, subject_id: _Optional[str] = ..., removed_templates: _Optional[int] = ...) -> None: ...
