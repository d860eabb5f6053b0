"""The registry of clients."""

from __future__ import annotations

from functools import cached_property

from idverify.client.calls import Call, Pages
from idverify.client.transport.asked import Asked, Paged, ask, paged
from idverify.client.transport.caller import Caller
from idverify.v1 import clients_pb2, clients_pb2_grpc
from idverify.v1.types_pb2 import RequestContext


class RegistryCalls(Caller):
    """ClientRegistryService."""

    @cached_property
    def _registry(self) -> clients_pb2_grpc.ClientRegistryServiceStub:
        return clients_pb2_grpc.ClientRegistryServiceStub(self._channel)

    @Call
    def register_client(
        self, client: clients_pb2.Client, context: RequestContext | None = None
    ) -> Asked[clients_pb2.Client]:
        """Register a client system."""
        request = clients_pb2.RegisterClientRequest(context=context or self.new_context(), client=client)
        return ask(
            clients_pb2.RegisterClientResponse, self._registry.RegisterClient, request, lambda answer: answer.client
        )

    @Call
    def update_client(
        self, client: clients_pb2.Client, context: RequestContext | None = None, *, expected_version: int = 0
    ) -> Asked[clients_pb2.Client]:
        """Replace all that an entry says but its state."""
        request = clients_pb2.UpdateClientRequest(
            context=context or self.new_context(), client=client, expected_version=expected_version
        )
        return ask(clients_pb2.UpdateClientResponse, self._registry.UpdateClient, request, lambda answer: answer.client)

    @Call
    def suspend_client(
        self, name: str, context: RequestContext | None = None, *, expected_version: int = 0
    ) -> Asked[clients_pb2.Client]:
        """Let a client do nothing until it is reinstated."""
        request = clients_pb2.SuspendClientRequest(
            context=context or self.new_context(), name=name, expected_version=expected_version
        )
        return ask(
            clients_pb2.SuspendClientResponse, self._registry.SuspendClient, request, lambda answer: answer.client
        )

    @Call
    def reinstate_client(
        self, name: str, context: RequestContext | None = None, *, expected_version: int = 0
    ) -> Asked[clients_pb2.Client]:
        """Let a suspended client go on."""
        request = clients_pb2.ReinstateClientRequest(
            context=context or self.new_context(), name=name, expected_version=expected_version
        )
        return ask(
            clients_pb2.ReinstateClientResponse, self._registry.ReinstateClient, request, lambda answer: answer.client
        )

    @Call
    def revoke_client(
        self, name: str, context: RequestContext | None = None, *, expected_version: int = 0
    ) -> Asked[clients_pb2.Client]:
        """Let a client do nothing ever again."""
        request = clients_pb2.RevokeClientRequest(
            context=context or self.new_context(), name=name, expected_version=expected_version
        )
        return ask(clients_pb2.RevokeClientResponse, self._registry.RevokeClient, request, lambda answer: answer.client)

    @Call
    def registered_client(self, name: str) -> Asked[clients_pb2.Client]:
        """Return a client."""
        request = clients_pb2.GetClientRequest(name=name)
        return ask(clients_pb2.GetClientResponse, self._registry.GetClient, request, lambda answer: answer.client)

    @Pages
    def registered_clients(self, *, page_size: int = 0) -> Paged[clients_pb2.Client]:
        """Iterate over all clients in the order of registration, fetching a page when it is needed."""
        request = clients_pb2.ListClientsRequest(page_size=page_size)
        return paged(clients_pb2.ListClientsResponse, self._registry.ListClients, request, lambda page: page.clients)
