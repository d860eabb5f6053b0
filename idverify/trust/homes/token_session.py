"""The session with a token (PKCS#11 v2.40 and v3.0): opened when it is needed, and anew when it broke."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from idverify.domain.errors import DomainError
from idverify.trust.homes.refused_pin import RefusedPin
from idverify.trust.homes.unavailable import keys_unavailable

if TYPE_CHECKING:
    from pkcs11 import Session

_T = TypeVar("_T")
_LOG = logging.getLogger(__name__)
_PAUSE = 1.0
"""Seconds after a failure in which calls are refused at once: not every one of them asks a token that is away."""

_APPLICATION = Lock()
"""A PKCS#11 library knows one application a process, with one login: sessions of ours take turns."""


class TokenSession:
    """Works in one token; thread-safe, one thing at a time.

    Args:
        module: the PKCS#11 library of its maker.
        label: of the token.
        pin: gives the user's PIN, whenever a session is opened. Raises OSError, StoredDataError.
        noted: remembers one that was refused, for the process after this one.
    """

    def __init__(self, module: Path, label: str, pin: Callable[[], str], noted: RefusedPin) -> None:
        self._module = module
        self._label = label
        self._pin = pin
        self._session: Session | None = None
        self._noted = noted
        self._refused_pin: str | None = None
        self._failed: tuple[float, DomainError] | None = None
        self.pause = _PAUSE

    def run(self, work: Callable[[Session], _T]) -> _T:
        """Do something in the token; if the session has broken meanwhile, once more in a new one.

        Raises:
            DomainError: KEYS_UNAVAILABLE, with ``cause`` NOT_INSTALLED, MODULE_UNUSABLE, TOKEN_ABSENT, PIN_MISSING,
                PIN_WRONG, KEY_ABSENT or TOKEN_FAILED.
        """
        with _APPLICATION:
            if self._session is not None:
                with suppress(*_errors()):
                    return work(self._session)
                self._close()
            session = self._opened()
            try:
                return work(session)
            except _errors() as error:
                self._close()
                raise self._explained(error) from None

    def _opened(self) -> Session:
        if self._failed is not None and time.monotonic() < self._failed[0] + self.pause:
            raise self._failed[1]
        try:
            session = self._open()
        except DomainError as error:
            self._failed = time.monotonic(), error
            raise
        if self._failed is not None:
            _LOG.info("the token of the keys is back")
        self._failed = None
        self._session = session
        return session

    def _open(self) -> Session:
        try:
            import pkcs11  # noqa: PLC0415 - of an extra
        except ModuleNotFoundError:
            raise keys_unavailable("NOT_INSTALLED", "keys in a token need the extra 'pkcs11'") from None
        pin = self._given_pin()
        try:
            library = pkcs11.lib(str(self._module))
            _begin_anew(library)
        except _errors():
            if not self._module.exists():
                raise keys_unavailable("MODULE_UNUSABLE", "pkcs11_module is no file that is there") from None
            raise keys_unavailable(
                "MODULE_UNUSABLE", "pkcs11_module cannot be used: no library of PKCS#11, or not set up"
            ) from None
        try:
            session = library.get_token(token_label=self._label).open(rw=True, user_pin=pin)
        except _errors() as error:
            if isinstance(error, pkcs11.PinIncorrect):
                self._refused_pin = pin
                self._noted.note()
            raise self._explained(error) from None
        self._noted.forget()
        return session

    def _given_pin(self) -> str:
        pin = self._pin()
        if not pin:
            raise keys_unavailable("PIN_MISSING", "the token has a PIN: set pkcs11_pin_file")
        if pin == self._refused_pin or self._noted.stands():
            # Not once more: a token is locked after a few wrong ones.
            raise self._wrong_pin()
        return pin

    def _explained(self, error: Exception) -> DomainError:
        import pkcs11  # noqa: PLC0415 - of an extra

        if isinstance(error, pkcs11.NoSuchKey):
            return keys_unavailable("KEY_ABSENT", f"a key is not in the token {self._label}: is it the right one?")
        if isinstance(error, (pkcs11.NoSuchToken, pkcs11.TokenNotPresent, pkcs11.TokenNotRecognised)):
            return keys_unavailable("TOKEN_ABSENT", f"there is no token {self._label}: connect it, or correct its name")
        if isinstance(error, pkcs11.MultipleTokensReturned):
            return keys_unavailable("TOKEN_ABSENT", f"several tokens are called {self._label}")
        if isinstance(error, (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange)):
            return self._wrong_pin()
        if isinstance(error, pkcs11.PinLocked):
            return keys_unavailable(
                "PIN_LOCKED", f"the PIN of the token {self._label} is locked: its officer resets it"
            )
        return keys_unavailable("TOKEN_FAILED", f"the token {self._label} fails: {type(error).__name__}")

    def _wrong_pin(self) -> DomainError:
        told = f"the token refuses the PIN: correct it{self._noted.remedy}; until then it is not tried again"
        return keys_unavailable("PIN_WRONG", told)

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(*_errors()):
                session.close()


def _begin_anew(library: Any) -> None:
    """Begin with a library as if it were loaded now: only then do some see a token that is back."""
    with suppress(*_errors()):
        library.finalize()
    library.initialize()


def _errors() -> tuple[type[Exception], ...]:
    """Return what a token raises."""
    try:
        import pkcs11  # noqa: PLC0415 - of an extra
    except ModuleNotFoundError:
        return ()
    return (pkcs11.PKCS11Error,)
