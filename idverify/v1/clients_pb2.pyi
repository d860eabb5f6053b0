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

class ClientRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLIENT_ROLE_UNSPECIFIED: _ClassVar[ClientRole]
    CLIENT_ROLE_COUNTER: _ClassVar[ClientRole]
    CLIENT_ROLE_ENROLLER: _ClassVar[ClientRole]
    CLIENT_ROLE_ADMIN: _ClassVar[ClientRole]
    CLIENT_ROLE_AUDITOR: _ClassVar[ClientRole]
    CLIENT_ROLE_TESTER: _ClassVar[ClientRole]
    CLIENT_ROLE_PORTAL: _ClassVar[ClientRole]
    CLIENT_ROLE_ABIS: _ClassVar[ClientRole]

class SampleKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SAMPLE_KIND_UNSPECIFIED: _ClassVar[SampleKind]
    SAMPLE_KIND_IMAGE: _ClassVar[SampleKind]
    SAMPLE_KIND_MINUTIAE: _ClassVar[SampleKind]

class ClientState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLIENT_STATE_UNSPECIFIED: _ClassVar[ClientState]
    CLIENT_STATE_ACTIVE: _ClassVar[ClientState]
    CLIENT_STATE_SUSPENDED: _ClassVar[ClientState]
    CLIENT_STATE_REVOKED: _ClassVar[ClientState]
CLIENT_ROLE_UNSPECIFIED: ClientRole
CLIENT_ROLE_COUNTER: ClientRole
CLIENT_ROLE_ENROLLER: ClientRole
CLIENT_ROLE_ADMIN: ClientRole
CLIENT_ROLE_AUDITOR: ClientRole
CLIENT_ROLE_TESTER: ClientRole
CLIENT_ROLE_PORTAL: ClientRole
CLIENT_ROLE_ABIS: ClientRole
SAMPLE_KIND_UNSPECIFIED: SampleKind
SAMPLE_KIND_IMAGE: SampleKind
SAMPLE_KIND_MINUTIAE: SampleKind
CLIENT_STATE_UNSPECIFIED: ClientState
CLIENT_STATE_ACTIVE: ClientState
CLIENT_STATE_SUSPENDED: ClientState
CLIENT_STATE_REVOKED: ClientState

class Entitlement(_message.Message):
    __slots__ = ("procedure_code", "record_types")
    PROCEDURE_CODE_FIELD_NUMBER: _ClassVar[int]
    RECORD_TYPES_FIELD_NUMBER: _ClassVar[int]
    procedure_code: str
    record_types: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, procedure_code: _Optional[str] = ..., record_types: _Optional[_Iterable[str]] = ...) -> None: ...

class Client(_message.Message):
    __slots__ = ("name", "roles", "agency_code", "certificate_name", "certificate_sha256", "entitlements", "record_types", "sample_kinds", "calls_per_minute", "reads_per_day", "state", "version", "create_time", "update_time", "keys")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    AGENCY_CODE_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_NAME_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_SHA256_FIELD_NUMBER: _ClassVar[int]
    ENTITLEMENTS_FIELD_NUMBER: _ClassVar[int]
    RECORD_TYPES_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_KINDS_FIELD_NUMBER: _ClassVar[int]
    CALLS_PER_MINUTE_FIELD_NUMBER: _ClassVar[int]
    READS_PER_DAY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    name: str
    roles: _containers.RepeatedScalarFieldContainer[ClientRole]
    agency_code: str
    certificate_name: str
    certificate_sha256: str
    entitlements: _containers.RepeatedCompositeFieldContainer[Entitlement]
    record_types: _containers.RepeatedScalarFieldContainer[str]
    sample_kinds: _containers.RepeatedScalarFieldContainer[SampleKind]
    calls_per_minute: int
    reads_per_day: int
    state: ClientState
    version: int
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    keys: _containers.RepeatedCompositeFieldContainer[ClientKey]
    def __init__(self, name: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[ClientRole, str]]] = ..., agency_code: _Optional[str] = ..., certificate_name: _Optional[str] = ..., certificate_sha256: _Optional[str] = ..., entitlements: _Optional[_Iterable[_Union[Entitlement, _Mapping]]] = ..., record_types: _Optional[_Iterable[str]] = ..., sample_kinds: _Optional[_Iterable[_Union[SampleKind, str]]] = ..., calls_per_minute: _Optional[int] = ..., reads_per_day: _Optional[int] = ..., state: _Optional[_Union[ClientState, str]] = ..., version: _Optional[int] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., keys: _Optional[_Iterable[_Union[ClientKey, _Mapping]]] = ...) -> None: ...

class ClientKey(_message.Message):
    __slots__ = ("jwk_json", "expire_time", "start_time", "key_id", "sha256")
    JWK_JSON_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    jwk_json: str
    expire_time: _timestamp_pb2.Timestamp
    start_time: _timestamp_pb2.Timestamp
    key_id: str
    sha256: str
    def __init__(self, jwk_json: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., start_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., key_id: _Optional[str] = ..., sha256: _Optional[str] = ...) -> None: ...

class RegisterClientRequest(_message.Message):
    __slots__ = ("context", "client")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    client: Client
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class RegisterClientResponse(_message.Message):
    __slots__ = ("client",)
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class UpdateClientRequest(_message.Message):
    __slots__ = ("context", "client", "expected_version")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    client: Client
    expected_version: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., client: _Optional[_Union[Client, _Mapping]] = ..., expected_version: _Optional[int] = ...) -> None: ...

class UpdateClientResponse(_message.Message):
    __slots__ = ("client",)
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class SuspendClientRequest(_message.Message):
    __slots__ = ("context", "name", "expected_version")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    name: str
    expected_version: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., name: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class SuspendClientResponse(_message.Message):
    __slots__ = ("client",)
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class ReinstateClientRequest(_message.Message):
    __slots__ = ("context", "name", "expected_version")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    name: str
    expected_version: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., name: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class ReinstateClientResponse(_message.Message):
    __slots__ = ("client",)
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class RevokeClientRequest(_message.Message):
    __slots__ = ("context", "name", "expected_version")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_VERSION_FIELD_NUMBER: _ClassVar[int]
    context: _types_pb2.RequestContext
    name: str
    expected_version: int
    def __init__(self, context: _Optional[_Union[_types_pb2.RequestContext, _Mapping]] = ..., name: _Optional[str] = ..., expected_version: _Optional[int] = ...) -> None: ...

class RevokeClientResponse(_message.Message):
    __slots__ = ("client",)
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class GetClientRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class GetClientResponse(_message.Message):
    __slots__ = ("client",)
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: Client
    def __init__(self, client: _Optional[_Union[Client, _Mapping]] = ...) -> None: ...

class ListClientsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListClientsResponse(_message.Message):
    __slots__ = ("clients", "next_page_token")
    CLIENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    clients: _containers.RepeatedCompositeFieldContainer[Client]
    next_page_token: str
    def __init__(self, clients: _Optional[_Iterable[_Union[Client, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
