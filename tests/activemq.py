"""A broker of MOSIP's kind, ActiveMQ, on this machine: Debian's package `activemq`, which `.ci/run` installs."""

from __future__ import annotations

import shutil
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.waiting import wait_until

_HOME = Path("/usr/share/activemq")
_CONFIGURATION = """<beans xmlns="http://www.springframework.org/schema/beans"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="
  http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans.xsd
  http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">
  <broker xmlns="http://activemq.apache.org/schema/core" brokerName="tests" useJmx="false" dataDirectory="{folder}">
    <persistenceAdapter><kahaDB directory="{folder}/kahadb"/></persistenceAdapter>
    <transportConnectors>
      <transportConnector name="stomp" uri="stomp://127.0.0.1:{port}"/>
    </transportConnectors>
  </broker>
</beans>
"""


@dataclass
class ActiveMq:
    """A broker that keeps its messages in a folder; it may be killed and started again."""

    folder: Path
    port: int = field(init=False)
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        if not (_HOME / "bin" / "activemq.jar").is_file() or shutil.which("java") is None:
            pytest.skip("no ActiveMQ here: Debian's package activemq")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder.mkdir()
        file = self.folder / "activemq.xml"
        file.write_text(_CONFIGURATION.format(folder=self.folder, port=self.port), encoding="utf-8")

    @property
    def address(self) -> str:
        """Its address, as the settings have it."""
        return f"stomp://127.0.0.1:{self.port}"

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
