"""Where no connection comes about, the hint is of what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from tests.e2e.certificates import Authority


@dataclass(frozen=True)
class Servers:
    folder: Path
    ports: dict[str, int]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A server with TLS and one without."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = Authority(folder)
    for name in ("server", "desk"):
        authority.issue(name)
    Authority(folder, "stranger").issue("strange")
    pair = (folder / "server.key").read_bytes(), (folder / "server.crt").read_bytes()
    credentials = grpc.ssl_server_credentials([pair], authority.path.read_bytes(), require_client_auth=True)
    server = grpc.server(ThreadPoolExecutor(1))
    tls, plain = server.add_secure_port("127.0.0.1:0", credentials), server.add_insecure_port("127.0.0.1:0")
    named = server.add_secure_port("127.0.0.2:0", credentials)
    server.start()
    yield Servers(folder, {"tls": tls, "named": named, "plain": plain, "none": 1})
    server.stop(0).wait()


@pytest.mark.parametrize(
    ("port", "files", "hint"),
    [
        ("tls", ("stranger.crt", "desk.crt", "desk.key"), "is not of the authority in --ca"),
        ("tls", ("authority.crt", "strange.crt", "strange.key"), "The certificate in --cert is not of an authority"),
        ("tls", ("authority.crt",), "give --cert and --key"),
        ("tls", (), "wants TLS: give --ca, --cert and --key"),
        ("named", ("authority.crt", "desk.crt", "desk.key"), "as its certificate does"),
        ("plain", ("authority.crt", "desk.crt", "desk.key"), "has no TLS: leave --ca, --cert and --key out"),
        ("none", (), "Is the service running?"),
    ],
)
def test_the_hint_is_of_what_is_wrong(servers: Servers, port: str, files: tuple[str, ...], hint: str) -> None:
    given = zip(("--ca", "--cert", "--key"), files, strict=False)
    options = [part for option, name in given for part in (option, str(servers.folder / name))]
    address = f"127.0.0.{2 if port == 'named' else 1}:{servers.ports[port]}"
    done = CliRunner().invoke(build_app(), ["records", "types", "--server", address, *options])
    assert done.exit_code == 1
    assert done.stderr.startswith("UNAVAILABLE: ")
    assert hint in done.stderr.splitlines()[-1]
