"""How the data-sharing platform is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import SSLContext

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class PlatformAccess:
    """Addresses, and what this service is known by.

    Attributes:
        url: where records are asked for.
        token_url: where an access token is had.
        client_id, client_secret: of this service, as the platform registered it.
        key, key_id: P-256, which signs requests.
        services: code of the integration service (MaTichHop) of each record type.
        tls: whom to trust, and by which certificate to be known.
    """

    url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    key: EllipticCurvePrivateKey = field(repr=False)
    key_id: str
    services: Mapping[str, str]
    tls: SSLContext
