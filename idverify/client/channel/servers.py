"""Which servers a text names, in the words of gRPC's name resolution."""

from __future__ import annotations

import ipaddress

_DNS = "dns:///"
_MIXED = (
    "several servers are IP addresses of one kind, each with its port, by commas; or one name that leads to all: "
    "dns:///host:port"
)


def target_of(server: str) -> str:
    """Return what gRPC is told of ``host:port``, ``ip:port,ip:port`` or ``dns:///host:port``. Raises ValueError."""
    if not are_several(server) or server.startswith(_DNS):
        return server
    kinds = {_version(address) for address in server.split(",")}
    if len(kinds) != 1 or None in kinds:
        raise ValueError(_MIXED)
    return f"ipv{kinds.pop()}:{server}"


def are_several(server: str) -> bool:
    """Tell whether there may be several servers, any of which is as good as another."""
    return server.startswith(_DNS) or ("," in server and not server.startswith("unix:"))


def are_addresses(server: str) -> bool:
    """Tell whether several are named by addresses, so that none has a name that its certificate could be for."""
    return are_several(server) and not server.startswith(_DNS)


def are_loopback(server: str) -> bool:
    """Tell whether all are on this machine; of names, only localhost counts."""
    if server.startswith("unix:"):
        return True
    return all(_is_loopback(_host(each)) for each in server.removeprefix(_DNS).split(","))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _version(server: str) -> int | None:
    host, _, port = server.rpartition(":")
    try:
        return ipaddress.ip_address(host.strip("[]")).version if port.isdecimal() else None
    except ValueError:
        return None


def _host(server: str) -> str:
    return server.rpartition(":")[0].strip("[]")
