from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class GetKeySetRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetKeySetResponse(_message.Message):
    __slots__ = ("jwks_json", "active_key_id", "issuer", "document_certificates")
    JWKS_JSON_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_CERTIFICATES_FIELD_NUMBER: _ClassVar[int]
    jwks_json: str
    active_key_id: str
    issuer: str
    document_certificates: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, jwks_json: _Optional[str] = ..., active_key_id: _Optional[str] = ..., issuer: _Optional[str] = ..., document_certificates: _Optional[_Iterable[str]] = ...) -> None: ...
