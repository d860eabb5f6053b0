import datetime

from google.api import annotations_pb2 as _annotations_pb2
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

class Language(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANGUAGE_UNSPECIFIED: _ClassVar[Language]
    LANGUAGE_VI: _ClassVar[Language]
    LANGUAGE_EN: _ClassVar[Language]

class ConsentManner(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_MANNER_UNSPECIFIED: _ClassVar[ConsentManner]
    CONSENT_MANNER_FINGER: _ClassVar[ConsentManner]
    CONSENT_MANNER_SIGNATURE: _ClassVar[ConsentManner]
    CONSENT_MANNER_SPOKEN: _ClassVar[ConsentManner]

class ConsentGiver(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_GIVER_UNSPECIFIED: _ClassVar[ConsentGiver]
    CONSENT_GIVER_CITIZEN: _ClassVar[ConsentGiver]
    CONSENT_GIVER_REPRESENTATIVE: _ClassVar[ConsentGiver]

class CloneCheck(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLONE_CHECK_UNSPECIFIED: _ClassVar[CloneCheck]
    CLONE_CHECK_NOT_PERFORMED: _ClassVar[CloneCheck]

class ExceptionReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXCEPTION_REASON_UNSPECIFIED: _ClassVar[ExceptionReason]
    EXCEPTION_REASON_NO_USABLE_FINGER: _ClassVar[ExceptionReason]
    EXCEPTION_REASON_INJURED: _ClassVar[ExceptionReason]
    EXCEPTION_REASON_CAPTURE_FAILED: _ClassVar[ExceptionReason]
    EXCEPTION_REASON_SCANNER_BROKEN: _ClassVar[ExceptionReason]

class DocumentKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENT_KIND_UNSPECIFIED: _ClassVar[DocumentKind]
    DOCUMENT_KIND_IDENTITY_CARD: _ClassVar[DocumentKind]
    DOCUMENT_KIND_PASSPORT: _ClassVar[DocumentKind]
    DOCUMENT_KIND_BIRTH_CERTIFICATE: _ClassVar[DocumentKind]
    DOCUMENT_KIND_DRIVING_LICENCE: _ClassVar[DocumentKind]
    DOCUMENT_KIND_HEALTH_INSURANCE_CARD: _ClassVar[DocumentKind]
    DOCUMENT_KIND_OTHER: _ClassVar[DocumentKind]
LANGUAGE_UNSPECIFIED: Language
LANGUAGE_VI: Language
LANGUAGE_EN: Language
CONSENT_MANNER_UNSPECIFIED: ConsentManner
CONSENT_MANNER_FINGER: ConsentManner
CONSENT_MANNER_SIGNATURE: ConsentManner
CONSENT_MANNER_SPOKEN: ConsentManner
CONSENT_GIVER_UNSPECIFIED: ConsentGiver
CONSENT_GIVER_CITIZEN: ConsentGiver
CONSENT_GIVER_REPRESENTATIVE: ConsentGiver
CLONE_CHECK_UNSPECIFIED: CloneCheck
CLONE_CHECK_NOT_PERFORMED: CloneCheck
EXCEPTION_REASON_UNSPECIFIED: ExceptionReason
EXCEPTION_REASON_NO_USABLE_FINGER: ExceptionReason
EXCEPTION_REASON_INJURED: ExceptionReason
EXCEPTION_REASON_CAPTURE_FAILED: ExceptionReason
EXCEPTION_REASON_SCANNER_BROKEN: ExceptionReason
DOCUMENT_KIND_UNSPECIFIED: DocumentKind
DOCUMENT_KIND_IDENTITY_CARD: DocumentKind
DOCUMENT_KIND_PASSPORT: DocumentKind
DOCUMENT_KIND_BIRTH_CERTIFICATE: DocumentKind
DOCUMENT_KIND_DRIVING_LICENCE: DocumentKind
DOCUMENT_KIND_HEALTH_INSURANCE_CARD: DocumentKind
DOCUMENT_KIND_OTHER: DocumentKind

class TransactionStanding(_message.Message):
    __slots__ = ("transaction_id", "step", "expire_time", "next")
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    transaction_id: str
    step: str
    expire_time: _timestamp_pb2.Timestamp
    next: _types_pb2.OfficerStep
    def __init__(self, transaction_id: _Optional[str] = ..., step: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next: _Optional[_Union[_types_pb2.OfficerStep, _Mapping]] = ...) -> None: ...

class TransactionStep(_message.Message):
    __slots__ = ("transaction_id", "nonce", "step")
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    transaction_id: str
    nonce: str
    step: str
    def __init__(self, transaction_id: _Optional[str] = ..., nonce: _Optional[str] = ..., step: _Optional[str] = ...) -> None: ...

class DisclosurePlan(_message.Message):
    __slots__ = ("record_type", "title", "fields", "required", "replaced_paper", "predicates", "field_acr")
    class FieldAcrEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    REPLACED_PAPER_FIELD_NUMBER: _ClassVar[int]
    PREDICATES_FIELD_NUMBER: _ClassVar[int]
    FIELD_ACR_FIELD_NUMBER: _ClassVar[int]
    record_type: str
    title: str
    fields: _containers.RepeatedScalarFieldContainer[str]
    required: bool
    replaced_paper: str
    predicates: _containers.RepeatedScalarFieldContainer[str]
    field_acr: _containers.ScalarMap[str, str]
    def __init__(self, record_type: _Optional[str] = ..., title: _Optional[str] = ..., fields: _Optional[_Iterable[str]] = ..., required: _Optional[bool] = ..., replaced_paper: _Optional[str] = ..., predicates: _Optional[_Iterable[str]] = ..., field_acr: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ConsentText(_message.Message):
    __slots__ = ("text_id", "language", "text", "sha256")
    TEXT_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    text_id: str
    language: Language
    text: str
    sha256: str
    def __init__(self, text_id: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ..., text: _Optional[str] = ..., sha256: _Optional[str] = ...) -> None: ...

class ConsentEvidence(_message.Message):
    __slots__ = ("text_id", "language", "text_sha256", "manner", "giver", "officer_id", "give_time")
    TEXT_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TEXT_SHA256_FIELD_NUMBER: _ClassVar[int]
    MANNER_FIELD_NUMBER: _ClassVar[int]
    GIVER_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    GIVE_TIME_FIELD_NUMBER: _ClassVar[int]
    text_id: str
    language: Language
    text_sha256: str
    manner: ConsentManner
    giver: ConsentGiver
    officer_id: str
    give_time: _timestamp_pb2.Timestamp
    def __init__(self, text_id: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ..., text_sha256: _Optional[str] = ..., manner: _Optional[_Union[ConsentManner, str]] = ..., giver: _Optional[_Union[ConsentGiver, str]] = ..., officer_id: _Optional[str] = ..., give_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Consent(_message.Message):
    __slots__ = ("consent_id", "client", "procedure_code", "record_types", "evidence", "withdraw_time")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_CODE_FIELD_NUMBER: _ClassVar[int]
    RECORD_TYPES_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TIME_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    client: str
    procedure_code: str
    record_types: _containers.RepeatedScalarFieldContainer[str]
    evidence: ConsentEvidence
    withdraw_time: _timestamp_pb2.Timestamp
    def __init__(self, consent_id: _Optional[str] = ..., client: _Optional[str] = ..., procedure_code: _Optional[str] = ..., record_types: _Optional[_Iterable[str]] = ..., evidence: _Optional[_Union[ConsentEvidence, _Mapping]] = ..., withdraw_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class StartTransactionRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "slip_number", "sign_in_id")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SLIP_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SIGN_IN_ID_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    slip_number: str
    sign_in_id: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., slip_number: _Optional[str] = ..., sign_in_id: _Optional[str] = ...) -> None: ...

class StartTransactionResponse(_message.Message):
    __slots__ = ("standing", "nonce", "wanted_factors", "wanted_fingers", "disclosures", "consent_needed", "consent_texts", "unavailable_fingers", "legal_basis")
    STANDING_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    WANTED_FACTORS_FIELD_NUMBER: _ClassVar[int]
    WANTED_FINGERS_FIELD_NUMBER: _ClassVar[int]
    DISCLOSURES_FIELD_NUMBER: _ClassVar[int]
    CONSENT_NEEDED_FIELD_NUMBER: _ClassVar[int]
    CONSENT_TEXTS_FIELD_NUMBER: _ClassVar[int]
    UNAVAILABLE_FINGERS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    nonce: str
    wanted_factors: _containers.RepeatedScalarFieldContainer[str]
    wanted_fingers: _containers.RepeatedScalarFieldContainer[_types_pb2.FingerPosition]
    disclosures: _containers.RepeatedCompositeFieldContainer[DisclosurePlan]
    consent_needed: bool
    consent_texts: _containers.RepeatedCompositeFieldContainer[ConsentText]
    unavailable_fingers: _containers.RepeatedCompositeFieldContainer[UnavailableFinger]
    legal_basis: str
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ..., nonce: _Optional[str] = ..., wanted_factors: _Optional[_Iterable[str]] = ..., wanted_fingers: _Optional[_Iterable[_Union[_types_pb2.FingerPosition, str]]] = ..., disclosures: _Optional[_Iterable[_Union[DisclosurePlan, _Mapping]]] = ..., consent_needed: _Optional[bool] = ..., consent_texts: _Optional[_Iterable[_Union[ConsentText, _Mapping]]] = ..., unavailable_fingers: _Optional[_Iterable[_Union[UnavailableFinger, _Mapping]]] = ..., legal_basis: _Optional[str] = ...) -> None: ...

class UnavailableFinger(_message.Message):
    __slots__ = ("exception", "text_vi", "text_en")
    EXCEPTION_FIELD_NUMBER: _ClassVar[int]
    TEXT_VI_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    exception: _enrolment_pb2.FingerException
    text_vi: str
    text_en: str
    def __init__(self, exception: _Optional[_Union[_enrolment_pb2.FingerException, _Mapping]] = ..., text_vi: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class AddCaptureRequest(_message.Message):
    __slots__ = ("context", "step", "sample")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    step: TransactionStep
    sample: _types_pb2.FingerprintSample
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., step: _Optional[_Union[TransactionStep, _Mapping]] = ..., sample: _Optional[_Union[_types_pb2.FingerprintSample, _Mapping]] = ...) -> None: ...

class AddCaptureResponse(_message.Message):
    __slots__ = ("standing", "quality", "kept")
    STANDING_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    quality: _types_pb2.SampleQuality
    kept: bool
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ..., quality: _Optional[_Union[_types_pb2.SampleQuality, _Mapping]] = ..., kept: _Optional[bool] = ...) -> None: ...

class GiveConsentRequest(_message.Message):
    __slots__ = ("context", "step", "evidence")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    step: TransactionStep
    evidence: ConsentEvidence
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., step: _Optional[_Union[TransactionStep, _Mapping]] = ..., evidence: _Optional[_Union[ConsentEvidence, _Mapping]] = ...) -> None: ...

class GiveConsentResponse(_message.Message):
    __slots__ = ("standing",)
    STANDING_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ...) -> None: ...

class CardDataGroup(_message.Message):
    __slots__ = ("number", "content")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    number: int
    content: bytes
    def __init__(self, number: _Optional[int] = ..., content: _Optional[bytes] = ...) -> None: ...

class CardRead(_message.Message):
    __slots__ = ("security_object", "data_groups", "device_attestation")
    SECURITY_OBJECT_FIELD_NUMBER: _ClassVar[int]
    DATA_GROUPS_FIELD_NUMBER: _ClassVar[int]
    DEVICE_ATTESTATION_FIELD_NUMBER: _ClassVar[int]
    security_object: bytes
    data_groups: _containers.RepeatedCompositeFieldContainer[CardDataGroup]
    device_attestation: str
    def __init__(self, security_object: _Optional[bytes] = ..., data_groups: _Optional[_Iterable[_Union[CardDataGroup, _Mapping]]] = ..., device_attestation: _Optional[str] = ...) -> None: ...

class AddCardReadRequest(_message.Message):
    __slots__ = ("context", "step", "card")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    CARD_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    step: TransactionStep
    card: CardRead
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., step: _Optional[_Union[TransactionStep, _Mapping]] = ..., card: _Optional[_Union[CardRead, _Mapping]] = ...) -> None: ...

class AddCardReadResponse(_message.Message):
    __slots__ = ("standing", "issuer", "differing_fields", "clone_check")
    STANDING_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    DIFFERING_FIELDS_FIELD_NUMBER: _ClassVar[int]
    CLONE_CHECK_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    issuer: str
    differing_fields: _containers.RepeatedScalarFieldContainer[str]
    clone_check: CloneCheck
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ..., issuer: _Optional[str] = ..., differing_fields: _Optional[_Iterable[str]] = ..., clone_check: _Optional[_Union[CloneCheck, str]] = ...) -> None: ...

class EnterPinRequest(_message.Message):
    __slots__ = ("context", "step", "pin")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    PIN_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    step: TransactionStep
    pin: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., step: _Optional[_Union[TransactionStep, _Mapping]] = ..., pin: _Optional[str] = ...) -> None: ...

class EnterPinResponse(_message.Message):
    __slots__ = ("standing", "accepted", "tries_left")
    STANDING_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    TRIES_LEFT_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    accepted: bool
    tries_left: int
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ..., accepted: _Optional[bool] = ..., tries_left: _Optional[int] = ...) -> None: ...

class AuthenticateCitizenRequest(_message.Message):
    __slots__ = ("context", "step", "citizen_number", "sd_jwt")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SD_JWT_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    step: TransactionStep
    citizen_number: str
    sd_jwt: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., step: _Optional[_Union[TransactionStep, _Mapping]] = ..., citizen_number: _Optional[str] = ..., sd_jwt: _Optional[bool] = ...) -> None: ...

class AuthenticateCitizenResponse(_message.Message):
    __slots__ = ("standing", "verification", "consent_id")
    STANDING_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    verification: _verification_pb2.VerifyResponse
    consent_id: str
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ..., verification: _Optional[_Union[_verification_pb2.VerifyResponse, _Mapping]] = ..., consent_id: _Optional[str] = ...) -> None: ...

class SeenDocument(_message.Message):
    __slots__ = ("kind", "number")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    kind: DocumentKind
    number: str
    def __init__(self, kind: _Optional[_Union[DocumentKind, str]] = ..., number: _Optional[str] = ...) -> None: ...

class AskExceptionRequest(_message.Message):
    __slots__ = ("context", "step", "citizen_number", "reason", "note", "documents")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENTS_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    step: TransactionStep
    citizen_number: str
    reason: ExceptionReason
    note: str
    documents: _containers.RepeatedCompositeFieldContainer[SeenDocument]
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., step: _Optional[_Union[TransactionStep, _Mapping]] = ..., citizen_number: _Optional[str] = ..., reason: _Optional[_Union[ExceptionReason, str]] = ..., note: _Optional[str] = ..., documents: _Optional[_Iterable[_Union[SeenDocument, _Mapping]]] = ...) -> None: ...

class AskExceptionResponse(_message.Message):
    __slots__ = ("standing",)
    STANDING_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ...) -> None: ...

class ConfirmExceptionRequest(_message.Message):
    __slots__ = ("context", "transaction_id", "citizen_number", "reason")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    transaction_id: str
    citizen_number: str
    reason: ExceptionReason
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., transaction_id: _Optional[str] = ..., citizen_number: _Optional[str] = ..., reason: _Optional[_Union[ExceptionReason, str]] = ...) -> None: ...

class ConfirmExceptionResponse(_message.Message):
    __slots__ = ("first_officer_id", "first_officer_proof")
    FIRST_OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_OFFICER_PROOF_FIELD_NUMBER: _ClassVar[int]
    first_officer_id: str
    first_officer_proof: _types_pb2.OfficerProof
    def __init__(self, first_officer_id: _Optional[str] = ..., first_officer_proof: _Optional[_Union[_types_pb2.OfficerProof, str]] = ...) -> None: ...

class AuthenticateByExceptionRequest(_message.Message):
    __slots__ = ("context", "step", "citizen_number", "sd_jwt")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SD_JWT_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    step: TransactionStep
    citizen_number: str
    sd_jwt: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., step: _Optional[_Union[TransactionStep, _Mapping]] = ..., citizen_number: _Optional[str] = ..., sd_jwt: _Optional[bool] = ...) -> None: ...

class AuthenticateByExceptionResponse(_message.Message):
    __slots__ = ("standing", "disclosure", "consent_id")
    STANDING_FIELD_NUMBER: _ClassVar[int]
    DISCLOSURE_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    disclosure: _verification_pb2.Disclosure
    consent_id: str
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ..., disclosure: _Optional[_Union[_verification_pb2.Disclosure, _Mapping]] = ..., consent_id: _Optional[str] = ...) -> None: ...

class EndTransactionRequest(_message.Message):
    __slots__ = ("context", "step", "consent_refused")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    CONSENT_REFUSED_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    step: TransactionStep
    consent_refused: bool
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., step: _Optional[_Union[TransactionStep, _Mapping]] = ..., consent_refused: _Optional[bool] = ...) -> None: ...

class EndTransactionResponse(_message.Message):
    __slots__ = ("standing",)
    STANDING_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ...) -> None: ...

class GetTransactionRequest(_message.Message):
    __slots__ = ("context", "transaction_id")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    transaction_id: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., transaction_id: _Optional[str] = ...) -> None: ...

class GetTransactionResponse(_message.Message):
    __slots__ = ("standing", "procedure_code", "dossier_code", "wanted_factors", "wanted_fingers", "disclosures", "consent_needed", "consent_texts", "unavailable_fingers", "captured_fingers", "legal_basis")
    STANDING_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_CODE_FIELD_NUMBER: _ClassVar[int]
    DOSSIER_CODE_FIELD_NUMBER: _ClassVar[int]
    WANTED_FACTORS_FIELD_NUMBER: _ClassVar[int]
    WANTED_FINGERS_FIELD_NUMBER: _ClassVar[int]
    DISCLOSURES_FIELD_NUMBER: _ClassVar[int]
    CONSENT_NEEDED_FIELD_NUMBER: _ClassVar[int]
    CONSENT_TEXTS_FIELD_NUMBER: _ClassVar[int]
    UNAVAILABLE_FINGERS_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_FINGERS_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_FIELD_NUMBER: _ClassVar[int]
    standing: TransactionStanding
    procedure_code: str
    dossier_code: str
    wanted_factors: _containers.RepeatedScalarFieldContainer[str]
    wanted_fingers: _containers.RepeatedScalarFieldContainer[_types_pb2.FingerPosition]
    disclosures: _containers.RepeatedCompositeFieldContainer[DisclosurePlan]
    consent_needed: bool
    consent_texts: _containers.RepeatedCompositeFieldContainer[ConsentText]
    unavailable_fingers: _containers.RepeatedCompositeFieldContainer[UnavailableFinger]
    captured_fingers: _containers.RepeatedScalarFieldContainer[_types_pb2.FingerPosition]
    legal_basis: str
    def __init__(self, standing: _Optional[_Union[TransactionStanding, _Mapping]] = ..., procedure_code: _Optional[str] = ..., dossier_code: _Optional[str] = ..., wanted_factors: _Optional[_Iterable[str]] = ..., wanted_fingers: _Optional[_Iterable[_Union[_types_pb2.FingerPosition, str]]] = ..., disclosures: _Optional[_Iterable[_Union[DisclosurePlan, _Mapping]]] = ..., consent_needed: _Optional[bool] = ..., consent_texts: _Optional[_Iterable[_Union[ConsentText, _Mapping]]] = ..., unavailable_fingers: _Optional[_Iterable[_Union[UnavailableFinger, _Mapping]]] = ..., captured_fingers: _Optional[_Iterable[_Union[_types_pb2.FingerPosition, str]]] = ..., legal_basis: _Optional[str] = ...) -> None: ...

class OpenTransaction(_message.Message):
    __slots__ = ("transaction_id", "client", "officer_id", "counter_id", "agency_code", "procedure_code", "begin_time", "expire_time", "next", "captures", "in_vain", "exception_reason")
    TRANSACTION_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    COUNTER_ID_FIELD_NUMBER: _ClassVar[int]
    AGENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_CODE_FIELD_NUMBER: _ClassVar[int]
    BEGIN_TIME_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    NEXT_FIELD_NUMBER: _ClassVar[int]
    CAPTURES_FIELD_NUMBER: _ClassVar[int]
    IN_VAIN_FIELD_NUMBER: _ClassVar[int]
    EXCEPTION_REASON_FIELD_NUMBER: _ClassVar[int]
    transaction_id: str
    client: str
    officer_id: str
    counter_id: str
    agency_code: str
    procedure_code: str
    begin_time: _timestamp_pb2.Timestamp
    expire_time: _timestamp_pb2.Timestamp
    next: _types_pb2.OfficerStep
    captures: int
    in_vain: int
    exception_reason: ExceptionReason
    def __init__(self, transaction_id: _Optional[str] = ..., client: _Optional[str] = ..., officer_id: _Optional[str] = ..., counter_id: _Optional[str] = ..., agency_code: _Optional[str] = ..., procedure_code: _Optional[str] = ..., begin_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., next: _Optional[_Union[_types_pb2.OfficerStep, _Mapping]] = ..., captures: _Optional[int] = ..., in_vain: _Optional[int] = ..., exception_reason: _Optional[_Union[ExceptionReason, str]] = ...) -> None: ...

class ListOpenTransactionsRequest(_message.Message):
    __slots__ = ("context",)
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ...) -> None: ...

class ListOpenTransactionsResponse(_message.Message):
    __slots__ = ("transactions", "total")
    TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    transactions: _containers.RepeatedCompositeFieldContainer[OpenTransaction]
    total: int
    def __init__(self, transactions: _Optional[_Iterable[_Union[OpenTransaction, _Mapping]]] = ..., total: _Optional[int] = ...) -> None: ...

class ListProcedureRecordsRequest(_message.Message):
    __slots__ = ("context", "assertion_jwt", "citizen_number", "subject_id")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_JWT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_ID_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    assertion_jwt: str
    citizen_number: str
    subject_id: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., assertion_jwt: _Optional[str] = ..., citizen_number: _Optional[str] = ..., subject_id: _Optional[str] = ...) -> None: ...

class ListProcedureRecordsResponse(_message.Message):
    __slots__ = ("disclosure",)
    DISCLOSURE_FIELD_NUMBER: _ClassVar[int]
    disclosure: _verification_pb2.Disclosure
    def __init__(self, disclosure: _Optional[_Union[_verification_pb2.Disclosure, _Mapping]] = ...) -> None: ...

class ListConsentsRequest(_message.Message):
    __slots__ = ("context", "citizen_number")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ...) -> None: ...

class ListConsentsResponse(_message.Message):
    __slots__ = ("consents",)
    CONSENTS_FIELD_NUMBER: _ClassVar[int]
    consents: _containers.RepeatedCompositeFieldContainer[Consent]
    def __init__(self, consents: _Optional[_Iterable[_Union[Consent, _Mapping]]] = ...) -> None: ...

class WithdrawConsentRequest(_message.Message):
    __slots__ = ("context", "citizen_number", "consent_id")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    citizen_number: str
    consent_id: str
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., citizen_number: _Optional[str] = ..., consent_id: _Optional[str] = ...) -> None: ...

class WithdrawConsentResponse(_message.Message):
    __slots__ = ("consent",)
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    consent: Consent
    def __init__(self, consent: _Optional[_Union[Consent, _Mapping]] = ...) -> None: ...
