"""The two doors of a server, asked the same way, so that what they answer can be held against each other."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

import grpc
import httpx2
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from idverify.rest.paths import binding_of
from tests.e2e.certificates import Authority
from tests.e2e.harness import RunningServer, read_refusal


@dataclass(frozen=True)
class Told:
    """What a door told: the reason of a refusal, or the answer."""

    reason: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)
    retry: bool = False
    answer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pair:
    """A client's certificate and key, in the folder of their authority; no name: without any."""

    authority: Authority
    name: str = ""

    def for_grpc(self) -> grpc.ChannelCredentials:
        """Return them for gRPC."""
        folder = self.authority.folder
        own = [(folder / f"{self.name}.{end}").read_bytes() for end in ("key", "crt")] if self.name else [None, None]
        return grpc.ssl_channel_credentials(self.authority.path.read_bytes(), *own)

    def for_http(self) -> ssl.SSLContext:
        """Return them for TLS as Python has it."""
        made = ssl.create_default_context(cafile=str(self.authority.path))
        folder = self.authority.folder
        if self.name:
            made.load_cert_chain(folder / f"{self.name}.crt", folder / f"{self.name}.key")
        return made


class Door(Protocol):
    """By which a method is called."""

    def call(self, method: str, request: Message) -> Told:
        """Call a method by its full name."""

    def close(self) -> None:
        """Let go of its connections."""


class GrpcDoor:
    """gRPC, without generated stubs."""

    def __init__(self, server: RunningServer, pair: Pair | None = None) -> None:
        self._channel = (
            grpc.insecure_channel(server.address)
            if pair is None
            else grpc.secure_channel(server.address, pair.for_grpc())
        )

    def call(self, method: str, request: Message) -> Told:
        answered = message_factory.GetMessageClass(described(method).output_type)
        made = self._channel.unary_unary(f"/{method}", type(request).SerializeToString, answered.FromString)
        try:
            answer = made(request, metadata=(("accept-language", "en"),))
        except grpc.RpcError as error:
            refusal = read_refusal(error)
            return Told(refusal.reason, _masked(refusal.metadata), refusal.fields, refusal.retry)
        return Told(answer=as_json(answer))

    def close(self) -> None:
        self._channel.close()


class HttpDoor:
    """HTTP and JSON, as whoever knows only paths and the JSON mapping of protobuf would ask."""

    def __init__(self, server: RunningServer, pair: Pair | None = None) -> None:
        scheme, verify = ("http", True) if pair is None else ("https", pair.for_http())
        self._client = httpx2.Client(
            base_url=f"{scheme}://{server.http}", headers={"accept-language": "en"}, verify=verify
        )

    def call(self, method: str, request: Message) -> Told:
        binding = binding_of(described(method))
        assert binding is not None, method
        content = json_format.MessageToDict(request)
        path = binding.path
        for name in binding.variables:
            path = path.replace(f"{{{name}}}", quote(_taken(content, name), safe=""))
        if binding.has_body:
            response = self._client.request(binding.verb, path, json=content)
        else:
            response = self._client.request(binding.verb, path, params=dict(_flat(content)))
        body = response.json()
        if response.status_code == 200:
            return Told(answer=as_json(json_format.ParseDict(body, _answer_of(method))))
        assert response.headers["content-type"] == "application/problem+json"
        assert (body["status"], body["type"]) == (response.status_code, f"urn:idverify:reason:{body['reason']}")
        errors = [each["field"] for each in body.get("errors", ())]
        return Told(body["reason"], _masked(body["metadata"]), errors, "retry-after" in response.headers)

    def close(self) -> None:
        self._client.close()


def described(method: str) -> MethodDescriptor:
    """Return a method by its full name, ``package.Service/Method``."""
    service, _, name = method.partition("/")
    return descriptor_pool.Default().FindServiceByName(service).methods_by_name[name]


def as_json(message: Message) -> dict[str, Any]:
    """Return a message as JSON, without what is drawn by lot or read off a clock."""
    masked: dict[str, Any] = _masked(json_format.MessageToDict(message))
    return masked


_DRAWN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[0-9:.]+Z|eyJ[\w.~-]+|[0-9a-f]{64}"
    r"|[\w-]{43}"
)


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _masked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_masked(each) for each in value]
    return _DRAWN.sub("*", value) if isinstance(value, str) else value


def _answer_of(method: str) -> Message:
    answer: Message = message_factory.GetMessageClass(described(method).output_type)()
    return answer


def _taken(content: dict[str, Any], name: str) -> str:
    *outer, last = (json_name(part) for part in name.split("."))
    for each in outer:
        content = content[each]
    return str(content.pop(last))


def json_name(name: str) -> str:
    """Return a field's name in JSON."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def _flat(content: dict[str, Any], outer: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in content.items():
        if isinstance(value, dict):
            found += _flat(value, f"{outer}{name}.")
        else:
            found.append((outer + name, str(value).lower() if isinstance(value, bool) else str(value)))
    return found
