"""A trial with the certificates of one command; certificates that are revoked, and clients who come by the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from typer.testing import CliRunner, Result

from idverify.cli import build_app
from idverify.client import Client, ServiceError, Tls
from tests.databases import Databases
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.e2e.open_stream import OpenStream
from tests.waiting import PATIENCE, wait_until


def idverify(*arguments: str) -> Result:
    return CliRunner().invoke(build_app(), list(arguments))


@dataclass
class Trial:
    """A server with the files of ``idverify certs``."""

    server: RunningServer
    folder: Path

    def client(self, name: str) -> Client:
        tls = Tls.from_files(self.folder / "ca.crt", self.folder / f"{name}.crt", self.folder / f"{name}.key")
        return Client(self.server.address, tls=tls, timeout=PATIENCE)

    def revoke(self, *names: str) -> None:
        write_list(self.folder, *names)


def write_list(folder: Path, *names: str) -> None:
    def read(name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())

    key, now = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None), datetime.now(UTC)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    builder = x509.CertificateRevocationListBuilder().issuer_name(read("ca").subject)
    builder = builder.last_update(now).next_update(now + timedelta(days=7))
    for name in names:
        revoked = x509.RevokedCertificateBuilder().serial_number(read(name).serial_number).revocation_date(now)
        builder = builder.add_revoked_certificate(revoked.build())
    fresh = folder / "crl.new"
    fresh.write_bytes(builder.sign(key, SHA256()).public_bytes(serialization.Encoding.PEM))
    fresh.replace(folder / "crl.pem")


@pytest.fixture
def trial(tmp_path: Path, databases: Databases) -> Iterator[Trial]:
    folder = tmp_path / "trial"
    assert idverify("certs", str(folder)).exit_code == 0
    write_list(folder)
    clients = folder / "clients.toml"
    clients.write_text(clients.read_text() + 'sample_kinds = ["image", "minutiae"]\n')
    files = {"tls_cert": folder / "server.crt", "tls_key": folder / "server.key", "tls_client_ca": folder / "ca.crt"}
    settings = local_settings(
        tmp_path / "data", databases, clients_file=clients, tls_client_crl=folder / "crl.pem", **files
    )
    trial = Trial(start_server(settings), folder)
    yield trial
    trial.server.stop()


def test_one_command_makes_a_trial(trial: Trial) -> None:
    again = idverify("certs", str(trial.folder))
    assert again.exit_code == 2
    assert "name another folder" in again.stderr
    with trial.client("admin") as admin, trial.client("auditor") as auditor, trial.client("counter") as counter:
        assert [client.name for client in admin.registered_clients()] == ["counter", "enroller", "admin", "auditor"]
        assert auditor.check_audit_trail().intact
        with pytest.raises(ServiceError, match="CLIENT_NOT_AUTHORIZED"):
            list(counter.registered_clients())


def test_the_commands_to_go_on_with_are_told(tmp_path: Path) -> None:
    options = ["--client", "van-1=enroller", "--host", "idv.example", "--days", "30", "--json"]
    told = json.loads(idverify("certs", str(tmp_path / "t"), *options).stdout)
    assert [Path(name).name for name in told["files"]] == [
        *("ca.crt", "ca.key", "server.crt", "server.key", "van-1.crt", "van-1.key", "clients.toml")
    ]
    assert told["commands"]["serve"].startswith("idverify serve --listen")
    assert "--server idv.example:50051" in told["commands"]["van-1"]


@pytest.mark.parametrize("client", ["x", "x=king", "ca=admin", "operator=admin", "a b=admin", "a/b=admin"])
def test_clients_that_cannot_be_are_refused(tmp_path: Path, client: str) -> None:
    assert idverify("certs", str(tmp_path / "t"), "--client", client).exit_code == 2
    assert not (tmp_path / "t").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [(("--host", " "), "--host is empty"), (("--client", "a=admin", "--client", "a=counter"), "named twice")],
)
def test_what_would_be_made_otherwise_than_it_was_said_is_refused(
    tmp_path: Path, options: tuple[str, ...], says: str
) -> None:
    refused = idverify("certs", str(tmp_path / "t"), *options)
    assert (refused.exit_code, (tmp_path / "t").exists()) == (2, False)
    assert says in refused.stderr


def test_a_revoked_certificate_is_refused_on_an_open_connection_and_ends_an_open_stream(trial: Trial) -> None:
    with trial.client("counter") as counter, trial.client("auditor") as auditor:
        counter.procedures()
        stream = OpenStream(counter)
        stream.ask()
        assert stream.answers.get(timeout=PATIENCE) in {True, False}
        trial.revoke("counter")

        def refused() -> bool:
            try:
                counter.procedures()
            except ServiceError as error:
                return error.reason == "CERTIFICATE_REVOKED"
            return False

        wait_until(refused)
        assert stream.ended.wait(PATIENCE)
        assert stream.error is not None
        assert stream.error.reason == "CERTIFICATE_REVOKED"
        denied = [e for e in auditor.audit_events() if e.outcome == "DENIED"]
    assert {(e.caller, json.loads(e.details_json)["reason"]) for e in denied} == {("counter", "CERTIFICATE_REVOKED")}
    assert {e.action for e in denied} == {"ListProcedures", "IdentifyStream"}


def test_who_is_added_to_the_file_may_call_without_a_restart(trial: Trial) -> None:
    file = trial.folder / "clients.toml"
    lines = file.read_text().replace('[clients."auditor"]', '[clients."auditor-2"]')
    with trial.client("auditor") as auditor:
        file.write_text(file.read_text() + '[clients."late"]\nroles = ["counter"]\n')
        with trial.client("admin") as admin:
            wait_until(lambda: "late" in {client.name for client in admin.registered_clients()})
        file.write_text("nonsense")
        file.write_text(lines)
        assert auditor.check_audit_trail().intact, "who is taken out stays registered"
