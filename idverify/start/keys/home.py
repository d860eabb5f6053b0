"""Where keys are made and found, as the settings say."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from pydantic import SecretStr

from idverify.domain.errors import SettingsError
from idverify.settings import Settings
from idverify.trust.homes.home import FileHome, KeyHome
from idverify.trust.homes.refused_pin import REFUSED_PIN, RefusedPin
from idverify.trust.homes.token import TokenHome
from idverify.trust.homes.token_session import TokenSession
from idverify.trust.secret_file import read_secret_file


def key_home(settings: Settings) -> KeyHome:
    """Return where new keys are made; those that lie elsewhere are found by it too. Touches no token yet."""
    if settings.pkcs11_module is None:
        return FileHome()
    token = token_home(settings)
    return token if settings.key_home == "pkcs11" else FileHome(token)


def token_home(settings: Settings) -> TokenHome:
    """Return the token. Raises SettingsError: none is set."""
    if settings.pkcs11_module is None:
        raise SettingsError("there is no token: set pkcs11_module and pkcs11_token, or give a file")
    refused = settings.data_dir / REFUSED_PIN
    return _token(settings.pkcs11_module, settings.pkcs11_token, settings.pkcs11_pin_file, settings.pkcs11_pin, refused)


@cache
def _token(module: Path, label: str, pin_file: Path | None, pin: SecretStr | None, refused: Path) -> TokenHome:
    # One for all who ask in this process: PKCS#11 knows one application a process, with one login.
    return TokenHome(TokenSession(module, label, partial(_pin, pin_file, pin), RefusedPin(refused, label, pin_file)))


def _pin(file: Path | None, given: SecretStr | None) -> str:
    if file is not None:
        return read_secret_file(file).decode().strip()
    return given.get_secret_value() if given else ""
