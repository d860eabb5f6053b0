from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class GetKeySetRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetKeySetResponse(_message.Message):
    __slots__ = ("jwks_json", "active_key_id", "issuer")
    JWKS_JSON_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_FIELD_NUMBER: _ClassVar[int]
    jwks_json: str
    active_key_id: str
    issuer: str
    def __init__(self, jwks_json: _Optional[str] = ..., active_key_id: _Optional[str] = ..., issuer: _Optional[str] = ...) -> None: ...
