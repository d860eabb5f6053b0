"""ClientRegistryService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.domain.model import Act, ClientState, Role
from idverify.rpc.convert.answers import encoded
from idverify.rpc.convert.clients import LONGEST_NAME, client_message, entry_of
from idverify.rpc.convert.fields import text
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.registry.clients import ClientsService
from idverify.v1 import clients_pb2 as pb


class ClientRegistryServicer:
    """Keeps the registry of clients."""

    def __init__(self, service: ClientsService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "ClientRegistryService")
        return [
            rpc(
                name,
                "RegisterClient",
                pb.RegisterClientRequest,
                self.register_client,
                needs_request_id=True,
                act=lambda request: _act(pb.CLIENT_ROLE_ADMIN in request.client.roles),
            ),
            rpc(
                name,
                "UpdateClient",
                pb.UpdateClientRequest,
                self.update_client,
                needs_request_id=True,
                act=lambda request: _act(pb.CLIENT_ROLE_ADMIN in request.client.roles),
            ),
            rpc(name, "SuspendClient", pb.SuspendClientRequest, self.suspend_client, needs_request_id=True),
            rpc(
                name,
                "ReinstateClient",
                pb.ReinstateClientRequest,
                self.reinstate_client,
                needs_request_id=True,
                act=lambda request: _act(self._is_admin(request.name)),
            ),
            rpc(name, "RevokeClient", pb.RevokeClientRequest, self.revoke_client, needs_request_id=True),
            rpc(name, "GetClient", pb.GetClientRequest, self.get_client),
            rpc(name, "ListClients", pb.ListClientsRequest, self.list_clients),
        ]

    def _is_admin(self, name: str) -> bool:
        client = self._service.directory.get(name)
        return client is not None and Role.ADMIN in client.may.roles

    def register_client(self, call: Call, request: pb.RegisterClientRequest) -> bytes:
        """Register a client."""
        return self._service.register(
            call, entry_of(request.client), lambda c: encoded(pb.RegisterClientResponse(client=client_message(c)))
        )

    def update_client(self, call: Call, request: pb.UpdateClientRequest) -> bytes:
        """Replace an entry."""
        return self._service.update(
            call,
            entry_of(request.client),
            request.expected_version or None,
            lambda c: encoded(pb.UpdateClientResponse(client=client_message(c))),
        )

    def suspend_client(self, call: Call, request: pb.SuspendClientRequest) -> bytes:
        """Let a client do nothing for the time being."""
        return self._service.put_in_state(
            call,
            _name(request.name),
            ClientState.SUSPENDED,
            request.expected_version or None,
            lambda c: encoded(pb.SuspendClientResponse(client=client_message(c))),
        )

    def reinstate_client(self, call: Call, request: pb.ReinstateClientRequest) -> bytes:
        """Let a suspended client go on."""
        return self._service.put_in_state(
            call,
            _name(request.name),
            ClientState.ACTIVE,
            request.expected_version or None,
            lambda c: encoded(pb.ReinstateClientResponse(client=client_message(c))),
        )

    def revoke_client(self, call: Call, request: pb.RevokeClientRequest) -> bytes:
        """Let a client do nothing ever again."""
        return self._service.put_in_state(
            call,
            _name(request.name),
            ClientState.REVOKED,
            request.expected_version or None,
            lambda c: encoded(pb.RevokeClientResponse(client=client_message(c))),
        )

    def get_client(self, call: Call, request: pb.GetClientRequest) -> bytes:
        """Return a client."""
        return encoded(pb.GetClientResponse(client=client_message(self._service.get(call, request.name))))

    def list_clients(self, call: Call, request: pb.ListClientsRequest) -> bytes:
        """Return a page of clients."""
        clients, token = self._service.page(call, request.page_size, request.page_token)
        return encoded(pb.ListClientsResponse(clients=map(client_message, clients), next_page_token=token))


def _name(value: str) -> str:
    return text(value, "name", LONGEST_NAME)


def _act(makes_an_administrator: bool) -> Act | None:
    return Act.ADMIN_CLIENT if makes_an_administrator else None
