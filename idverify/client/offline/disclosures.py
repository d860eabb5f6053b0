"""SD-JWT (RFC 9901): the claims that its disclosures show, and showing fewer of them.

No key of a holder is bound: an assertion is bound to its request by nonce and digest. So a key binding JWT is refused.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from idverify.client.offline.rejection import AssertionRejectedError, Rejection

_DIGESTS, _ALGORITHM, _ELEMENT = "_sd", "_sd_alg", "..."
_NEVER_HIDDEN = frozenset({"iss", "aud", "nbf", "iat", "exp", "jti", "nonce", "cnf", "vct", "status"})
"""What a verifier decides by must stand open (SD-JWT VC); a disclosure that brings it is a fault."""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One disclosure. ``name`` None: of an element of an array."""

    text: str
    name: str | None
    value: Any

    @property
    def digest(self) -> str:
        """SHA-256 over its text, base64url: what stands in its place in the signed claims."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.text.encode()).digest()).rstrip(b"=").decode()


def split(sd_jwt: str) -> tuple[str, list[Disclosure]]:
    """Return the signed token and the disclosures.

    Raises:
        AssertionRejectedError: a disclosure is malformed or there twice, or there is a key binding.
    """
    token, *texts = sd_jwt.split("~")
    if not texts or texts.pop():
        raise _invalid("it ends without a tilde, or with a key binding, and no key is bound")
    disclosures = [_disclosure(text) for text in texts]
    if len({d.digest for d in disclosures}) < len(disclosures):
        raise _invalid("a disclosure is there twice")
    return token, disclosures


def shown(claims: Mapping[str, Any], disclosures: Collection[Disclosure]) -> dict[str, Any]:
    """Return the claims with what the disclosures show in its place (RFC 9901 section 7.1).

    Raises:
        AssertionRejectedError: a disclosure belongs to no place, or to two, or brings what must stand open.
    """
    if claims.get(_ALGORITHM, "sha-256") != "sha-256":
        raise _invalid("its digests are not SHA-256")
    opened = _Opened({d.digest: d for d in disclosures})
    found: dict[str, Any] = opened.object({k: v for k, v in claims.items() if k != _ALGORITHM}, "")
    if any(name in _NEVER_HIDDEN and name not in claims for name in found):
        raise _invalid("a claim that must stand open is disclosed")
    if len(opened.places) < len(disclosures):
        raise _invalid("a disclosure belongs to nothing that was signed")
    return found


def paths(claims: Mapping[str, Any], disclosures: Collection[Disclosure]) -> dict[str, Disclosure]:
    """Return what can be shown, by path: ``bio``, ``records/residence``, ``attributes/identity/full_name``.

    An element of an array goes by its ``type``. Raises as :func:`shown`.
    """
    opened = _Opened({d.digest: d for d in disclosures})
    opened.object(claims, "")
    return {place: opened.known[digest] for digest, place in opened.places.items()}


def present(sd_jwt: str, show: Collection[str]) -> str:
    """Return an SD-JWT with only the disclosures at these paths, and those on the way to them.

    Args:
        sd_jwt: as the service gave it, or with fewer disclosures already.
        show: paths as of :func:`paths`; those below a path are not shown with it.

    Raises:
        AssertionRejectedError: it is none.
        KeyError: nothing can be shown at a path.
    """
    token, disclosures = split(sd_jwt)
    by_path = paths(_unchecked(token), disclosures)
    wanted = {by_path[path].digest for path in show}
    wanted |= {by_path[way].digest for path in show for way in _ways(path) if way in by_path}
    return "~".join([token, *(d.text for d in disclosures if d.digest in wanted), ""])


class _Opened:
    """Puts disclosures in their places, and remembers the places."""

    def __init__(self, known: Mapping[str, Disclosure]) -> None:
        self.known = known
        self.places: dict[str, str] = {}
        self._seen: set[str] = set()

    def object(self, content: Mapping[str, Any], place: str) -> dict[str, Any]:
        """Open an object."""
        if _ELEMENT in content:
            raise _invalid("a digest of an element stands outside an array")
        found = {name: self._any(value, f"{place}{name}/") for name, value in content.items() if name != _DIGESTS}
        digests = content.get(_DIGESTS, [])
        if not isinstance(digests, list):
            raise _invalid("its digests are no array")
        for disclosure in self._known(digests):
            name = disclosure.name
            if name is None or name in {_DIGESTS, _ELEMENT} or name in found:
                raise _invalid("a disclosure does not fit in its place")
            self.places[disclosure.digest] = f"{place}{name}"
            found[name] = self._any(disclosure.value, f"{place}{name}/")
        return found

    def _array(self, content: list[Any], place: str) -> list[Any]:
        found = []
        for element in content:
            if not (isinstance(element, dict) and set(element) == {_ELEMENT}):
                found.append(self._any(element, place))
                continue
            for disclosure in self._known([element[_ELEMENT]]):
                if disclosure.name is not None:
                    raise _invalid("a disclosure does not fit in its place")
                value = disclosure.value
                label = value.get("type", len(found)) if isinstance(value, dict) else len(found)
                self.places[disclosure.digest] = f"{place}{label}"
                found.append(self._any(value, f"{place}{label}/"))
        return found

    def _any(self, value: Any, place: str) -> Any:
        match value:
            case dict():
                return self.object(value, place)
            case list():
                return self._array(value, place)
            case _:
                return value

    def _known(self, digests: list[Any]) -> Iterator[Disclosure]:
        for digest in digests:
            if not isinstance(digest, str) or digest in self._seen:
                raise _invalid("a digest is none, or stands twice")
            self._seen.add(digest)
            if digest in self.known:
                yield self.known[digest]


def _disclosure(text: str) -> Disclosure:
    try:
        content = json.loads(_decoded(text))
    except (ValueError, RecursionError):
        content = None
    match content:
        case [str(), str() as name, value]:
            return Disclosure(text, name, value)
        case [str(), value]:
            return Disclosure(text, None, value)
        case _:
            raise _invalid("a disclosure is malformed")


def _unchecked(token: str) -> Mapping[str, Any]:
    """Return the claims of a token that whoever holds it has no reason to doubt."""
    try:
        claims = json.loads(_decoded(token.split(".")[1]))
    except (IndexError, ValueError):
        claims = None
    if not isinstance(claims, dict):
        raise _invalid("it has no claims")
    return claims


def _decoded(text: str) -> bytes:
    """Decode base64url. Another spelling of the same bytes does no harm: digests and signatures are over the text."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _ways(path: str) -> list[str]:
    """Return the paths above a path."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _invalid(what: str) -> AssertionRejectedError:
    return AssertionRejectedError(Rejection.DISCLOSURE_INVALID, f"the SD-JWT is not valid: {what}")
