"""Keys in a token: made there, used there, and never out of it (``CKA_SENSITIVE``, not ``CKA_EXTRACTABLE``).

Ed25519 by CKM_EDDSA (PKCS#11 v3.0, section 6.3.14) and P-256 by CKM_ECDSA over SHA-256, which every token has.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Never

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from idverify.trust.homes.home import Master, Reference
from idverify.trust.homes.master_file import FileMaster
from idverify.trust.homes.token_session import TokenSession

if TYPE_CHECKING:
    from pkcs11 import Session

_ED25519 = "edwards25519"
_COORDINATE = 32
_LABEL = "idverify"


@dataclass(frozen=True, slots=True)
class TokenHome:
    """Implements :class:`idverify.trust.homes.home.KeyHome` by a token."""

    session: TokenSession

    def first_master(self) -> Master:
        """Make a master in the token."""
        return self.new_master()

    def new_master(self) -> TokenMaster:
        """Make a master in the token. Raises DomainError KEYS_UNAVAILABLE."""
        from pkcs11 import Attribute, KeyType, MechanismFlag  # noqa: PLC0415 - of an extra

        key_id = os.urandom(16)
        secret = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
        wrapping = MechanismFlag.WRAP | MechanismFlag.UNWRAP

        def make(session: Session) -> None:
            session.generate_key(
                KeyType.AES, 256, id=key_id, label=_LABEL, store=True, capabilities=wrapping, template=secret
            )

        self.session.run(make)
        return TokenMaster(self.session, key_id)

    def master(self, reference: Reference) -> Master:
        """Return a master that lies here, or in a file."""
        if reference["home"] == "file":
            return FileMaster(reference)
        return TokenMaster(self.session, bytes.fromhex(reference["id"]))

    def new_ed25519(self) -> Ed25519PrivateKey:
        """Make a key."""
        from asn1crypto.core import PrintableString  # noqa: PLC0415 - as below
        from pkcs11 import KeyType, Mechanism  # noqa: PLC0415 - of an extra

        # The curve by its name, by PKCS#11 v3.0, section 2.3.10.
        curve = PrintableString(_ED25519).dump()
        key_id, point = self._made(KeyType.EC_EDWARDS, curve, Mechanism.EC_EDWARDS_KEY_PAIR_GEN)
        return TokenEd25519(self.session, key_id, Ed25519PublicKey.from_public_bytes(point))

    def new_p256(self) -> ec.EllipticCurvePrivateKey:
        """Make a key."""
        from pkcs11 import KeyType, Mechanism  # noqa: PLC0415 - of an extra
        from pkcs11.util.ec import encode_named_curve_parameters  # noqa: PLC0415

        key_id, point = self._made(KeyType.EC, encode_named_curve_parameters("secp256r1"), Mechanism.EC_KEY_PAIR_GEN)
        return TokenP256(self.session, key_id, ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))

    def ed25519(self, reference: Reference) -> Ed25519PrivateKey:
        """Return a key that lies here."""
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(reference["public"]))
        return TokenEd25519(self.session, bytes.fromhex(reference["pkcs11"]), public)

    def p256(self, reference: Reference) -> ec.EllipticCurvePrivateKey:
        """Return a key that lies here."""
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(reference["public"]))
        return TokenP256(self.session, bytes.fromhex(reference["pkcs11"]), public)

    def _made(self, kind: Any, curve: bytes, mechanism: Any) -> tuple[bytes, bytes]:
        """Make a pair; return its id and the public point."""
        from asn1crypto.core import OctetString  # noqa: PLC0415 - of extras
        from pkcs11 import Attribute  # noqa: PLC0415

        key_id = os.urandom(16)

        def make(session: Session) -> bytes:
            parameters = session.create_domain_parameters(kind, {Attribute.EC_PARAMS: curve}, local=True)
            secret = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
            public, _ = parameters.generate_keypair(
                id=key_id, label=_LABEL, store=True, mechanism=mechanism, private_template=secret
            )
            return bytes(OctetString.load(public[Attribute.EC_POINT]))

        return key_id, self.session.run(make)


class TokenMaster:
    """Implements :class:`idverify.trust.homes.home.Master` by CKM_AES_KEY_WRAP (PKCS#11 v2.40, section 2.14)."""

    def __init__(self, session: TokenSession, key_id: bytes) -> None:
        self._session = session
        self._id = key_id
        self.reference: Reference = {"home": "pkcs11", "id": key_id.hex()}

    def wrap(self, key: bytes) -> bytes:
        """Wrap a key. Raises DomainError KEYS_UNAVAILABLE."""
        from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass  # noqa: PLC0415 - of an extra

        brought = {
            Attribute.CLASS: ObjectClass.SECRET_KEY,
            Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
            Attribute.VALUE: key,
            **_passing(),
        }

        def work(session: Session) -> bytes:
            return bytes(
                self._found(session).wrap_key(session.create_object(brought), mechanism=Mechanism.AES_KEY_WRAP)
            )

        return self._session.run(work)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Unwrap it. Raises DomainError KEYS_UNAVAILABLE."""
        from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass  # noqa: PLC0415 - of an extra

        def work(session: Session) -> bytes:
            key = self._found(session).unwrap_key(
                ObjectClass.SECRET_KEY,
                KeyType.GENERIC_SECRET,
                wrapped,
                mechanism=Mechanism.AES_KEY_WRAP,
                template=_passing(),
            )
            return bytes(key[Attribute.VALUE])

        return self._session.run(work)

    def _found(self, session: Session) -> Any:
        from pkcs11 import ObjectClass  # noqa: PLC0415 - of an extra

        return session.get_key(object_class=ObjectClass.SECRET_KEY, id=self._id)


def _passing() -> dict[Any, bool]:
    """Return how a key is that comes into the token only to go out of it again, for the session alone."""
    from pkcs11 import Attribute  # noqa: PLC0415 - of an extra

    return {Attribute.TOKEN: False, Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True}


class _TokenKey:
    """What both kinds have in common; a copy is the same key."""

    def __init__(self, session: TokenSession, key_id: bytes, point: bytes) -> None:
        self._session = session
        self._id = key_id
        self.reference: Reference = {"pkcs11": key_id.hex(), "public": point.hex()}

    def require(self) -> None:
        """Look whether it is there. Raises DomainError KEYS_UNAVAILABLE."""
        self._used(lambda _: None)

    def _used(self, work: Callable[[Any], Any]) -> Any:
        from pkcs11 import ObjectClass  # noqa: PLC0415 - of an extra

        return self._session.run(
            lambda session: work(session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=self._id))
        )

    def _stays(self) -> Never:
        raise ValueError("a key of a token does not leave it")


class TokenEd25519(_TokenKey, Ed25519PrivateKey):
    """An Ed25519 key in a token."""

    def __init__(self, session: TokenSession, key_id: bytes, public: Ed25519PublicKey) -> None:
        super().__init__(session, key_id, public.public_bytes_raw())
        self._public = public

    def public_key(self) -> Ed25519PublicKey:
        """Return the public key."""
        return self._public

    def sign(self, data: Any) -> bytes:
        """Sign (RFC 8032). Raises DomainError KEYS_UNAVAILABLE."""
        from pkcs11 import Mechanism  # noqa: PLC0415 - of an extra

        return bytes(self._used(lambda key: key.sign(bytes(data), mechanism=Mechanism.EDDSA)))

    def private_bytes(self, *_: Any, **__: Any) -> bytes:
        """Refuse."""
        self._stays()

    def private_bytes_raw(self) -> bytes:
        """Refuse."""
        self._stays()

    def __copy__(self) -> TokenEd25519:
        """Return it."""
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> TokenEd25519:
        """Return it."""
        return self


class TokenP256(_TokenKey, ec.EllipticCurvePrivateKey):
    """A P-256 key in a token; signs SHA-256 digests."""

    def __init__(self, session: TokenSession, key_id: bytes, public: ec.EllipticCurvePublicKey) -> None:
        numbers = public.public_numbers()
        point = b"\x04" + numbers.x.to_bytes(_COORDINATE) + numbers.y.to_bytes(_COORDINATE)
        super().__init__(session, key_id, point)
        self._public = public

    @property
    def curve(self) -> ec.EllipticCurve:
        """The curve."""
        return self._public.curve

    @property
    def key_size(self) -> int:
        """Bits."""
        return self._public.key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the public key."""
        return self._public

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        """Sign (FIPS 186-5), as DER. Raises DomainError KEYS_UNAVAILABLE."""
        from pkcs11 import Mechanism  # noqa: PLC0415 - of an extra

        if not isinstance(signature_algorithm.algorithm, hashes.SHA256):
            raise TypeError("only digests by SHA-256 are signed")
        digest = sha256(data).digest()
        raw = bytes(self._used(lambda key: key.sign(digest, mechanism=Mechanism.ECDSA)))
        half = len(raw) // 2
        return utils.encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))

    def exchange(self, *_: Any, **__: Any) -> bytes:
        """Refuse: it signs."""
        self._stays()

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        """Refuse."""
        self._stays()

    def private_bytes(self, *_: Any, **__: Any) -> bytes:
        """Refuse."""
        self._stays()

    def __copy__(self) -> TokenP256:
        """Return it."""
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> TokenP256:
        """Return it."""
        return self
