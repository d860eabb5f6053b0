import datetime

from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from idverify.v1 import enrolment_pb2 as _enrolment_pb2
from idverify.v1 import types_pb2 as _types_pb2
from idverify.v1 import verification_pb2 as _verification_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ChangeReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANGE_REASON_UNSPECIFIED: _ClassVar[ChangeReason]
    CHANGE_REASON_RECORDING_ERROR: _ClassVar[ChangeReason]
    CHANGE_REASON_LEGAL_CHANGE: _ClassVar[ChangeReason]
    CHANGE_REASON_NUMBER_REISSUED: _ClassVar[ChangeReason]
    CHANGE_REASON_CITIZEN_REQUEST: _ClassVar[ChangeReason]
    CHANGE_REASON_MISUSE_SUSPECTED: _ClassVar[ChangeReason]
    CHANGE_REASON_LEGAL_DECISION: _ClassVar[ChangeReason]
    CHANGE_REASON_DEATH_REGISTERED: _ClassVar[ChangeReason]
    CHANGE_REASON_RESOLVED: _ClassVar[ChangeReason]
    CHANGE_REASON_FINGERS_SEEN: _ClassVar[ChangeReason]

class HistoryOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HISTORY_OUTCOME_UNSPECIFIED: _ClassVar[HistoryOutcome]
    HISTORY_OUTCOME_CONFIRMED: _ClassVar[HistoryOutcome]
    HISTORY_OUTCOME_NOT_CONFIRMED: _ClassVar[HistoryOutcome]
    HISTORY_OUTCOME_REFUSED: _ClassVar[HistoryOutcome]
    HISTORY_OUTCOME_DONE: _ClassVar[HistoryOutcome]
CHANGE_REASON_UNSPECIFIED: ChangeReason
CHANGE_REASON_RECORDING_ERROR: ChangeReason
CHANGE_REASON_LEGAL_CHANGE: ChangeReason
CHANGE_REASON_NUMBER_REISSUED: ChangeReason
CHANGE_REASON_CITIZEN_REQUEST: ChangeReason
CHANGE_REASON_MISUSE_SUSPECTED: ChangeReason
CHANGE_REASON_LEGAL_DECISION: ChangeReason
CHANGE_REASON_DEATH_REGISTERED: ChangeReason
CHANGE_REASON_RESOLVED: ChangeReason
CHANGE_REASON_FINGERS_SEEN: ChangeReason
HISTORY_OUTCOME_UNSPECIFIED: HistoryOutcome
HISTORY_OUTCOME_CONFIRMED: HistoryOutcome
HISTORY_OUTCOME_NOT_CONFIRMED: HistoryOutcome
HISTORY_OUTCOME_REFUSED: HistoryOutcome
HISTORY_OUTCOME_DONE: HistoryOutcome

class ChangeGrounds(_message.Message):
    __slots__ = ("reason", "grounds", "expected_version")
    REASON_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    reason: ChangeReason
    grounds: str
    expected_version: int
    def __init__(self, reason: _Optional[_Union[ChangeReason, str]] = ..., grounds: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class CorrectPersonalDataRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "personal_data", "grounds")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    PERSONAL_DATA_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    personal_data: _enrolment_pb2.PersonalData
    grounds: ChangeGrounds
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., personal_data: _Optional[_Union[_enrolment_pb2.PersonalData, _Mapping]] = ..., grounds: _Optional[_Union[ChangeGrounds, _Mapping]] = ...) -> None: ...

class CorrectPersonalDataResponse(_message.Message):
    __slots__ = ("citizen",)
    CITIZEN_FIELD_NUMBER: _ClassVar[int]
    citizen: _enrolment_pb2.Citizen
    def __init__(self, citizen: _Optional[_Union[_enrolment_pb2.Citizen, _Mapping]] = ...) -> None: ...

class ReplaceCitizenNumberRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "new_citizen_number", "grounds")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    NEW_CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    new_citizen_number: str
    grounds: ChangeGrounds
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., new_citizen_number: _Optional[str] = ..., grounds: _Optional[_Union[ChangeGrounds, _Mapping]] = ...) -> None: ...

class ReplaceCitizenNumberResponse(_message.Message):
    __slots__ = ("citizen",)
    CITIZEN_FIELD_NUMBER: _ClassVar[int]
    citizen: _enrolment_pb2.Citizen
    def __init__(self, citizen: _Optional[_Union[_enrolment_pb2.Citizen, _Mapping]] = ...) -> None: ...

class ChangeCitizenStateRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "state", "grounds")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    state: _enrolment_pb2.CitizenState
    grounds: ChangeGrounds
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., state: _Optional[_Union[_enrolment_pb2.CitizenState, str]] = ..., grounds: _Optional[_Union[ChangeGrounds, _Mapping]] = ...) -> None: ...

class ChangeCitizenStateResponse(_message.Message):
    __slots__ = ("citizen",)
    CITIZEN_FIELD_NUMBER: _ClassVar[int]
    citizen: _enrolment_pb2.Citizen
    def __init__(self, citizen: _Optional[_Union[_enrolment_pb2.Citizen, _Mapping]] = ...) -> None: ...

class ListCitizenChangesRequest(_message.Message):
    __slots__ = ("context", "citizen_number")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ...) -> None: ...

class CitizenStanding(_message.Message):
    __slots__ = ("personal_data", "citizen_number", "state", "merged_into_subject_id", "absorbed_subject_ids", "finger_exceptions")
    PERSONAL_DATA_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MERGED_INTO_SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    ABSORBED_SUBJECT_IDS_FIELD_NUMBER: _ClassVar[int]
    FINGER_EXCEPTIONS_FIELD_NUMBER: _ClassVar[int]
    personal_data: _enrolment_pb2.PersonalData
    citizen_number: str
    state: _enrolment_pb2.CitizenState
    merged_into_subject_id: str
    absorbed_subject_ids: _containers.RepeatedScalarFieldContainer[str]
    finger_exceptions: _containers.RepeatedCompositeFieldContainer[_enrolment_pb2.FingerException]
    def __init__(self, personal_data: _Optional[_Union[_enrolment_pb2.PersonalData, _Mapping]] = ..., citizen_number: _Optional[str] = ..., state: _Optional[_Union[_enrolment_pb2.CitizenState, str]] = ..., merged_into_subject_id: _Optional[str] = ..., absorbed_subject_ids: _Optional[_Iterable[str]] = ..., finger_exceptions: _Optional[_Iterable[_Union[_enrolment_pb2.FingerException, _Mapping]]] = ...) -> None: ...

class CitizenChange(_message.Message):
    __slots__ = ("version", "change_time", "reason", "grounds", "client", "officer_id", "before", "after")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CHANGE_TIME_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    version: int
    change_time: _timestamp_pb2.Timestamp
    reason: ChangeReason
    grounds: str
    client: str
    officer_id: str
    before: CitizenStanding
    after: CitizenStanding
    def __init__(self, version: _Optional[int] = ..., change_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[_Union[ChangeReason, str]] = ..., grounds: _Optional[str] = ..., client: _Optional[str] = ..., officer_id: _Optional[str] = ..., before: _Optional[_Union[CitizenStanding, _Mapping]] = ..., after: _Optional[_Union[CitizenStanding, _Mapping]] = ...) -> None: ...

class ListCitizenChangesResponse(_message.Message):
    __slots__ = ("changes",)
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[CitizenChange]
    def __init__(self, changes: _Optional[_Iterable[_Union[CitizenChange, _Mapping]]] = ...) -> None: ...

class NoteFingersRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "fingers", "expected_version")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    FINGERS_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    fingers: _containers.RepeatedCompositeFieldContainer[_enrolment_pb2.FingerException]
    expected_version: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., fingers: _Optional[_Iterable[_Union[_enrolment_pb2.FingerException, _Mapping]]] = ..., expected_version: _Optional[int] = ...) -> None: ...

class NoteFingersResponse(_message.Message):
    __slots__ = ("citizen",)
    CITIZEN_FIELD_NUMBER: _ClassVar[int]
    citizen: _enrolment_pb2.Citizen
    def __init__(self, citizen: _Optional[_Union[_enrolment_pb2.Citizen, _Mapping]] = ...) -> None: ...

class MergeCitizensRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "absorbed_citizen_number", "grounds", "despite_prints")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ABSORBED_CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    DESPITE_PRINTS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    absorbed_citizen_number: str
    grounds: ChangeGrounds
    despite_prints: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., absorbed_citizen_number: _Optional[str] = ..., grounds: _Optional[_Union[ChangeGrounds, _Mapping]] = ..., despite_prints: _Optional[bool] = ...) -> None: ...

class MergeCitizensResponse(_message.Message):
    __slots__ = ("citizen",)
    CITIZEN_FIELD_NUMBER: _ClassVar[int]
    citizen: _enrolment_pb2.Citizen
    def __init__(self, citizen: _Optional[_Union[_enrolment_pb2.Citizen, _Mapping]] = ...) -> None: ...

class SplitCitizenRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "split_citizen_number", "encounter_ids", "grounds", "despite_prints")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SPLIT_CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ENCOUNTER_IDS_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    DESPITE_PRINTS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    split_citizen_number: str
    encounter_ids: _containers.RepeatedScalarFieldContainer[str]
    grounds: ChangeGrounds
    despite_prints: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., split_citizen_number: _Optional[str] = ..., encounter_ids: _Optional[_Iterable[str]] = ..., grounds: _Optional[_Union[ChangeGrounds, _Mapping]] = ..., despite_prints: _Optional[bool] = ...) -> None: ...

class SplitCitizenResponse(_message.Message):
    __slots__ = ("citizen",)
    CITIZEN_FIELD_NUMBER: _ClassVar[int]
    citizen: _enrolment_pb2.Citizen
    def __init__(self, citizen: _Optional[_Union[_enrolment_pb2.Citizen, _Mapping]] = ...) -> None: ...

class MoveEncounterRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "encounter_id", "to_citizen_number", "grounds", "despite_prints")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    ENCOUNTER_ID_FIELD_NUMBER: _ClassVar[int]
    TO_CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    DESPITE_PRINTS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    encounter_id: str
    to_citizen_number: str
    grounds: ChangeGrounds
    despite_prints: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., encounter_id: _Optional[str] = ..., to_citizen_number: _Optional[str] = ..., grounds: _Optional[_Union[ChangeGrounds, _Mapping]] = ..., despite_prints: _Optional[bool] = ...) -> None: ...

class MoveEncounterResponse(_message.Message):
    __slots__ = ("citizen",)
    CITIZEN_FIELD_NUMBER: _ClassVar[int]
    citizen: _enrolment_pb2.Citizen
    def __init__(self, citizen: _Optional[_Union[_enrolment_pb2.Citizen, _Mapping]] = ...) -> None: ...

class CreateVirtualNumberRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "samples", "lifetime", "one_time")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    LIFETIME_FIELD_NUMBER: _ClassVar[int]
    ONE_TIME_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    samples: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerprintSample]
    lifetime: _duration_pb2.Duration
    one_time: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., samples: _Optional[_Iterable[_Union[_types_pb2.FingerprintSample, _Mapping]]] = ..., lifetime: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., one_time: _Optional[bool] = ...) -> None: ...

class CreateVirtualNumberResponse(_message.Message):
    __slots__ = ("verification", "virtual_number", "expire_time")
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    VIRTUAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    verification: _verification_pb2.VerifyResponse
    virtual_number: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, verification: _Optional[_Union[_verification_pb2.VerifyResponse, _Mapping]] = ..., virtual_number: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RevokeVirtualNumberRequest(_message.Message):
    __slots__ = ("context", "number")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    number: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., number: _Optional[str] = ...) -> None: ...

class RevokeVirtualNumberResponse(_message.Message):
    __slots__ = ("revoked",)
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    revoked: int
    def __init__(self, revoked: _Optional[int] = ...) -> None: ...

class ListVirtualNumbersRequest(_message.Message):
    __slots__ = ("context", "citizen_number")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ...) -> None: ...

class VirtualNumber(_message.Message):
    __slots__ = ("last_digits", "create_time", "expire_time", "one_time", "use_time", "revoke_time")
    LAST_DIGITS_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    ONE_TIME_FIELD_NUMBER: _ClassVar[int]
    USE_TIME_FIELD_NUMBER: _ClassVar[int]
    REVOKE_TIME_FIELD_NUMBER: _ClassVar[int]
    last_digits: str
    create_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    one_time: bool
    use_time: _timestamp_pb2.Timestamp
    revoke_time: _timestamp_pb2.Timestamp
    def __init__(self, last_digits: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., one_time: _Optional[bool] = ..., use_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., revoke_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListVirtualNumbersResponse(_message.Message):
    __slots__ = ("virtual_numbers",)
    VIRTUAL_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    virtual_numbers: _containers.RepeatedCompositeFieldContainer[VirtualNumber]
    def __init__(self, virtual_numbers: _Optional[_Iterable[_Union[VirtualNumber, _Mapping]]] = ...) -> None: ...

class SetPinRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "samples", "pin")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    PIN_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    samples: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerprintSample]
    pin: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., samples: _Optional[_Iterable[_Union[_types_pb2.FingerprintSample, _Mapping]]] = ..., pin: _Optional[str] = ...) -> None: ...

class SetPinResponse(_message.Message):
    __slots__ = ("verification", "pin_set")
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    PIN_SET_FIELD_NUMBER: _ClassVar[int]
    verification: _verification_pb2.VerifyResponse
    pin_set: bool
    def __init__(self, verification: _Optional[_Union[_verification_pb2.VerifyResponse, _Mapping]] = ..., pin_set: _Optional[bool] = ...) -> None: ...

class LockCitizenRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "samples")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    samples: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerprintSample]
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., samples: _Optional[_Iterable[_Union[_types_pb2.FingerprintSample, _Mapping]]] = ...) -> None: ...

class LockCitizenResponse(_message.Message):
    __slots__ = ("verification", "state")
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    verification: _verification_pb2.VerifyResponse
    state: _enrolment_pb2.CitizenState
    def __init__(self, verification: _Optional[_Union[_verification_pb2.VerifyResponse, _Mapping]] = ..., state: _Optional[_Union[_enrolment_pb2.CitizenState, str]] = ...) -> None: ...

class GetOwnHistoryRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "samples", "since", "most")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    MOST_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    samples: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerprintSample]
    since: _timestamp_pb2.Timestamp
    most: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., samples: _Optional[_Iterable[_Union[_types_pb2.FingerprintSample, _Mapping]]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., most: _Optional[int] = ...) -> None: ...

class HistoryEntry(_message.Message):
    __slots__ = ("audit_event", "time", "client", "agency_code", "procedure_code", "dossier_code", "action", "action_vi", "action_en", "outcome", "outcome_vi", "outcome_en", "reason", "disclosed", "merged")
    AUDIT_EVENT_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    AGENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_CODE_FIELD_NUMBER: _ClassVar[int]
    DOSSIER_CODE_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    ACTION_VI_FIELD_NUMBER: _ClassVar[int]
    ACTION_EN_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_VI_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_EN_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    DISCLOSED_FIELD_NUMBER: _ClassVar[int]
    MERGED_FIELD_NUMBER: _ClassVar[int]
    audit_event: int
    time: _timestamp_pb2.Timestamp
    client: str
    agency_code: str
    procedure_code: str
    dossier_code: str
    action: str
    action_vi: str
    action_en: str
    outcome: HistoryOutcome
    outcome_vi: str
    outcome_en: str
    reason: str
    disclosed: _containers.RepeatedScalarFieldContainer[str]
    merged: bool
    def __init__(self, audit_event: _Optional[int] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., client: _Optional[str] = ..., agency_code: _Optional[str] = ..., procedure_code: _Optional[str] = ..., dossier_code: _Optional[str] = ..., action: _Optional[str] = ..., action_vi: _Optional[str] = ..., action_en: _Optional[str] = ..., outcome: _Optional[_Union[HistoryOutcome, str]] = ..., outcome_vi: _Optional[str] = ..., outcome_en: _Optional[str] = ..., reason: _Optional[str] = ..., disclosed: _Optional[_Iterable[str]] = ..., merged: _Optional[bool] = ...) -> None: ...

class GetOwnHistoryResponse(_message.Message):
    __slots__ = ("verification", "entries", "more", "older_archived")
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    MORE_FIELD_NUMBER: _ClassVar[int]
    OLDER_ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    verification: _verification_pb2.VerifyResponse
    entries: _containers.RepeatedCompositeFieldContainer[HistoryEntry]
    more: bool
    older_archived: bool
    def __init__(self, verification: _Optional[_Union[_verification_pb2.VerifyResponse, _Mapping]] = ..., entries: _Optional[_Iterable[_Union[HistoryEntry, _Mapping]]] = ..., more: _Optional[bool] = ..., older_archived: _Optional[bool] = ...) -> None: ...

class UnlockCitizenRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "samples")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    samples: _containers.RepeatedCompositeFieldContainer[_types_pb2.FingerprintSample]
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., samples: _Optional[_Iterable[_Union[_types_pb2.FingerprintSample, _Mapping]]] = ...) -> None: ...

class UnlockCitizenResponse(_message.Message):
    __slots__ = ("verification", "state")
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    verification: _verification_pb2.VerifyResponse
    state: _enrolment_pb2.CitizenState
    def __init__(self, verification: _Optional[_Union[_verification_pb2.VerifyResponse, _Mapping]] = ..., state: _Optional[_Union[_enrolment_pb2.CitizenState, str]] = ...) -> None: ...
