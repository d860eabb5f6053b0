"""A broker of MOSIP's kind, ActiveMQ, on this machine: Debian's package `activemq`, which `.ci/run` installs."""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
from cryptography.x509 import load_pem_x509_certificate

from idverify.access.trial_authority import make_trial_certificates
from tests.waiting import wait_until

_HOME = Path("/usr/share/activemq")
_CONFIGURATION = """<beans xmlns="http://www.springframework.org/schema/beans"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="
  http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans.xsd
  http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
  <broker xmlns="http://activemq.apache.org/schema/core" brokerName="tests" useJmx="false" dataDirectory="{folder}">
    <persistenceAdapter><kahaDB directory="{folder}/kahadb"/></persistenceAdapter>
    <sslContext>
      <sslContext keyStore="file:{folder}/broker.p12" keyStoreType="PKCS12" keyStorePassword="tests"/>
    </sslContext>
    <transportConnectors>
      <transportConnector name="stomp+ssl" uri="stomp+ssl://127.0.0.1:{tls_port}"/>
      <transportConnector name="stomp" uri="stomp://127.0.0.1:{port}"/>
    </transportConnectors>
  </broker>
</beans>
"""


@dataclass
class ActiveMq:
    """A broker that keeps its messages in a folder; it may be killed and started again.

    Attributes:
        folder: its own; ``ca.crt`` in it has who vouches for its certificate.
        port, tls_port: of its connectors.
    """

    folder: Path
    port: int = field(init=False)
    tls_port: int = field(init=False)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        if not (_HOME / "bin" / "activemq.jar").is_file() or shutil.which("java") is None:
            pytest.skip("no ActiveMQ here: Debian's package activemq")
        with socket.socket() as free, socket.socket() as other:
            for one in (free, other):
                one.bind(("127.0.0.1", 0))
            self.port, self.tls_port = free.getsockname()[1], other.getsockname()[1]
        self.folder.mkdir()
        _certify(self.folder)
        configuration = _CONFIGURATION.format(folder=self.folder, port=self.port, tls_port=self.tls_port)
        (self.folder / "activemq.xml").write_text(configuration, encoding="utf-8")

    @property
    def address(self) -> str:
        """Its address, as the settings have it."""
        return f"stomp://127.0.0.1:{self.port}"

    @property
    def tls_address(self) -> str:
        """Its address by TLS, for whom ``127.0.0.1`` is certified."""
        return f"stomp+tls://127.0.0.1:{self.tls_port}"

    def start(self) -> ActiveMq:
        """Start it, and wait until it listens."""
        places = {"home": _HOME, "base": self.folder, "conf": self.folder, "data": self.folder}
        self._process = subprocess.Popen(
            [
                *("java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                *(f"-Dactivemq.{name}={place}" for name, place in places.items()),
                *("-jar", str(_HOME / "bin" / "activemq.jar"), "start", f"xbean:file:{self.folder}/activemq.xml"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._listens)
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "ActiveMQ ended as it began"
        with socket.socket() as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0


def _certify(folder: Path) -> None:
    make_trial_certificates(folder, ["127.0.0.1"], {}, datetime.now(UTC), 1)
    key = load_pem_private_key((folder / "server.key").read_bytes(), None)
    assert isinstance(key, EllipticCurvePrivateKey)
    certificate = load_pem_x509_certificate((folder / "server.crt").read_bytes())
    packed = pkcs12.serialize_key_and_certificates(b"broker", key, certificate, None, BestAvailableEncryption(b"tests"))
    (folder / "broker.p12").write_bytes(packed)
