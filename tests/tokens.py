"""A token for the tests: SoftHSM, Debian's ``softhsm2``. Where it is not, what needs one skips and says so."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from idverify.trust.homes.refused_pin import REFUSED_PIN, RefusedPin
from idverify.trust.homes.token import TokenHome
from idverify.trust.homes.token_session import TokenSession

MODULES = (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib64/pkcs11/libsofthsm2.so"))
PIN = "2468"


@dataclass(frozen=True)
class SoftToken:
    """A token whose folder can be taken away."""

    module: Path
    label: str
    folder: Path
    pin_file: Path

    @property
    def settings(self) -> dict[str, Any]:
        return {"pkcs11_module": self.module, "pkcs11_token": self.label, "pkcs11_pin_file": self.pin_file}

    def session(self) -> TokenSession:
        noted = RefusedPin(self.pin_file.with_name(REFUSED_PIN), self.label, self.pin_file)
        session = TokenSession(self.module, self.label, lambda: self.pin_file.read_text().strip(), noted)
        session.pause = 0.0
        return session

    def home(self) -> TokenHome:
        return TokenHome(self.session())

    def vanish(self) -> None:
        self.folder.rename(self.folder.with_name("away"))

    def come_back(self) -> None:
        self.folder.with_name("away").rename(self.folder)


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    """A new token, with a label of its own."""
    module = next((path for path in MODULES if path.exists()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("no SoftHSM here: run under .ci/with-softhsm")
    pytest.importorskip("pkcs11", reason="the extra 'pkcs11' is not installed")
    place = tmp_path / "token"
    folder, config, label = place / "tokens", place / "softhsm2.conf", f"test-{uuid.uuid4().hex[:12]}"
    folder.mkdir(parents=True)
    config.write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "1357"]
    subprocess.run(command, check=True, capture_output=True)
    pin_file = place / "pin"
    pin_file.touch(0o600)
    pin_file.write_text(f"{PIN}\n")
    return SoftToken(module, label, folder, pin_file)
