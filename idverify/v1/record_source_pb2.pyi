from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class FetchRecordRequest(_message.Message):
    __slots__ = ("query_id", "record_type", "citizen_number", "full_name", "birth_date", "procedure_code", "agency_code", "officer_id")
    QUERY_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_TYPE_FIELD_NUMBER: _ClassVar[int]
    CITIZEN_NUMBER_FIELD_NUMBER: _ClassVar[int]
    FULL_NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    PROCEDURE_CODE_FIELD_NUMBER: _ClassVar[int]
    AGENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    query_id: str
    record_type: str
    citizen_number: str
    full_name: str
    birth_date: str
    procedure_code: str
    agency_code: str
    officer_id: str
    def __init__(self, query_id: _Optional[str] = ..., record_type: _Optional[str] = ..., citizen_number: _Optional[str] = ..., full_name: _Optional[str] = ..., birth_date: _Optional[str] = ..., procedure_code: _Optional[str] = ..., agency_code: _Optional[str] = ..., officer_id: _Optional[str] = ...) -> None: ...

class FetchRecordResponse(_message.Message):
    __slots__ = ("signed_record",)
    SIGNED_RECORD_FIELD_NUMBER: _ClassVar[int]
    signed_record: str
    def __init__(self, signed_record: _Optional[str] = ...) -> None: ...
