"""A client that knows nothing but an address: everything else it asks the reflection service."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc


class DynamicClient:
    """Calls RPCs by name with dictionaries, like grpcurl."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel
        self._pool = descriptor_pool.DescriptorPool()
        self._files: set[str] = set()
        self._stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)

    def services(self) -> list[str]:
        """Names of the services."""
        answer = self._ask(reflection_pb2.ServerReflectionRequest(list_services=""))
        return [service.name for service in answer.list_services_response.service]

    def methods(self, service: str) -> list[MethodDescriptor]:
        """RPCs of a service, from the descriptors that the server sends."""
        self._load(reflection_pb2.ServerReflectionRequest(file_containing_symbol=service))
        return list(self._pool.FindServiceByName(service).methods)

    def call(self, method: MethodDescriptor, request: dict[str, Any]) -> dict[str, Any]:
        """Call an RPC, a streaming one with one request; raises grpc.RpcError."""
        asked = message_factory.GetMessageClass(method.input_type)
        answered = message_factory.GetMessageClass(method.output_type)
        name = f"/{method.containing_service.full_name}/{method.name}"
        how: dict[str, Any] = {
            "request_serializer": asked.SerializeToString,
            "response_deserializer": answered.FromString,
        }
        message: Any = json_format.ParseDict(request, asked())
        if method.client_streaming:
            stream: Any = self._channel.stream_stream(name, **how)
            (response,) = stream(iter([message]))
        else:
            unary: Any = self._channel.unary_unary(name, **how)
            response = unary(message)
        answer: dict[str, Any] = json_format.MessageToDict(response)
        return answer

    def _load(self, request: reflection_pb2.ServerReflectionRequest) -> None:
        for data in self._ask(request).file_descriptor_response.file_descriptor_proto:
            file = descriptor_pb2.FileDescriptorProto.FromString(data)
            if file.name in self._files:
                continue
            self._files.add(file.name)
            for name in file.dependency:
                self._load(reflection_pb2.ServerReflectionRequest(file_by_filename=name))
            self._pool.AddSerializedFile(data)

    def _ask(self, request: reflection_pb2.ServerReflectionRequest) -> reflection_pb2.ServerReflectionResponse:
        answer: reflection_pb2.ServerReflectionResponse
        (answer,) = self._stub.ServerReflectionInfo(iter([request]))
        assert not answer.HasField("error_response"), answer
        return answer
