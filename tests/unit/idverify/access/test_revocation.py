"""Revocation lists, certificates that expire, and the trial authority's own."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256

from idverify.access.callers import CertifiedCallers
from idverify.access.expiry import Expiring, ExpiryWatch
from idverify.access.revocation import Revocations
from idverify.access.trial_authority import make_trial_certificates
from idverify.domain.errors import Reason, SettingsError
from idverify.domain.model import Caller, Client, ClientEntry, Role
from idverify.ports import Figure, Shown
from tests.fakes import FakeClock

NOW = datetime.now(UTC).replace(microsecond=0)


class Trial:
    """A trial authority that revokes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_trial_certificates(folder, ["localhost"], {"counter": Role.COUNTER, "admin": Role.ADMIN}, NOW, 90)
        self.certificate = self.read("ca")
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.key = key
        self.list = folder / "crl.pem"

    def read(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / f"{name}.crt").read_bytes())

    def revoke(self, *names: str, key: ec.EllipticCurvePrivateKey | None = None, days: int = 7) -> None:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(NOW - timedelta(days=10)).next_update(NOW + timedelta(days=days))
        for name in names:
            serial = self.read(name).serial_number
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW).build()
            )
        self.list.write_bytes(builder.sign(key or self.key, SHA256()).public_bytes(serialization.Encoding.PEM))
        self._tick = getattr(self, "_tick", 0) + 1
        os.utime(self.list, (self._tick, self._tick))

    def revocations(self) -> Revocations:
        return Revocations(self.list, [self.certificate], FakeClock(NOW))

    def issued(self, name: str) -> tuple[bytes, int]:
        certificate = self.read(name)
        return certificate.issuer.public_bytes(), certificate.serial_number


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path / "trial")


def test_a_list_bars_those_it_names_and_is_read_again_when_it_changes(trial: Trial) -> None:
    trial.revoke("admin")
    revocations = trial.revocations()
    assert [revocations.is_revoked(trial.issued(name)) for name in ("admin", "counter")] == [True, False]
    trial.revoke("admin", "counter")
    assert not revocations.is_revoked(trial.issued("counter"))
    revocations.look()
    assert revocations.is_revoked(trial.issued("counter"))
    assert not revocations.is_revoked((b"another issuer", trial.read("counter").serial_number))


def test_a_list_of_somebody_else_counts_for_nothing(trial: Trial) -> None:
    trial.revoke("admin")
    revocations = trial.revocations()
    trial.revoke(key=ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(SettingsError, match="signed by nobody"):
        revocations.look()
    assert revocations.is_revoked(trial.issued("admin")), "what was read before stays in force"
    with pytest.raises(SettingsError, match="signed by nobody"):
        trial.revocations()


def test_a_list_out_of_date_is_used_and_told(trial: Trial) -> None:
    trial.revoke("admin", days=-1)
    revocations = trial.revocations()
    assert revocations.out_of_date() == 1
    assert revocations.is_revoked(trial.issued("admin"))
    trial.revoke("admin")
    revocations.look()
    assert revocations.out_of_date() == 0


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN X509 CRL-----\nAA==\n-----END X509 CRL-----\n"])
def test_what_is_no_list_is_said(trial: Trial, content: bytes | None) -> None:
    if content is not None:
        trial.list.write_bytes(content)
    with pytest.raises(SettingsError, match="tls_client_crl"):
        trial.revocations()


def test_a_list_in_der_and_one_that_vanishes(trial: Trial) -> None:
    trial.revoke("admin")
    found = x509.load_pem_x509_crl(trial.list.read_bytes())
    trial.list.write_bytes(found.public_bytes(serialization.Encoding.DER))
    revocations = trial.revocations()
    trial.list.unlink()
    revocations.look()
    assert revocations.is_revoked(trial.issued("admin"))


def test_a_caller_with_a_revoked_certificate_is_known_and_barred(trial: Trial) -> None:
    trial.revoke("admin")
    caller = Caller("admin", frozenset({Role.ADMIN}))
    client = Client.registered(ClientEntry(caller, "name:urn:idverify:admin"), NOW)
    seen: list[Expiring] = []
    callers = CertifiedCallers(
        lambda ways: [client] if client.certificate in ways else [], trial.revocations().is_revoked, seen.append
    )
    found = callers.caller_of((trial.folder / "admin.crt").read_bytes())
    assert (found.name, found.barred) == ("admin", Reason.CERTIFICATE_REVOKED)
    assert [each.whose for each in seen] == ["admin"]


def test_who_expires_is_told_a_month_a_week_a_day_before_and_then(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock(NOW)
    watch = ExpiryWatch(clock, [Expiring("server", "aa", NOW + timedelta(days=60))])
    watch.seen(Expiring("counter", "bb", NOW + timedelta(days=400)))
    told = []
    for day in range(62):
        clock.time = NOW + timedelta(days=day)
        watch.look()
        told += [(day, record.message, vars(record)["certificate"]) for record in caplog.records]
        caplog.clear()
    soon, gone = "a certificate expires soon", "a certificate has expired"
    assert told == [(30, soon, "server"), (53, soon, "server"), (59, soon, "server"), (60, gone, "server")]


def test_whoever_watches_sees_the_first_expiry_of_each_kind_and_no_name() -> None:
    clock = FakeClock(NOW)
    watch = ExpiryWatch(clock, [Expiring("server", "aa", NOW + timedelta(days=60), "server")])
    watch.seen(Expiring("counter-7", "bb", NOW + timedelta(days=2)))
    watch.seen(Expiring("counter-8", "cc", NOW + timedelta(days=1)))
    clock.advance(2 * 86_400)
    assert watch.figures() == [
        Figure(Shown.EXPIRES_IN, -86_400.0, "client"),
        Figure(Shown.EXPIRES_IN, 58 * 86_400.0, "server"),
    ]


def test_the_trial_authority_overwrites_nothing_and_keeps_to_itself(trial: Trial) -> None:
    before = {path.name: path.read_bytes() for path in trial.folder.iterdir()}
    assert {path.stat().st_mode & 0o777 for path in trial.folder.iterdir()} == {0o600}
    with pytest.raises(FileExistsError, match="holds ca"):
        make_trial_certificates(trial.folder, ["localhost"], {"other": Role.COUNTER}, NOW, 90)
    assert {path.name: path.read_bytes() for path in trial.folder.iterdir()} == before


def ed25519_certificate() -> bytes:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    return builder.sign(key, None).public_bytes(serialization.Encoding.PEM)


def test_keys_that_grpc_cannot_use_are_said_at_start(tmp_path: Path) -> None:
    from idverify.start.calling.callers import certificates

    (tmp_path / "a.crt").write_bytes(ed25519_certificate())
    with pytest.raises(SettingsError, match=r"tls_cert cannot be used: .*Ed25519.*ECDSA P-256"):
        certificates(tmp_path / "a.crt", "tls_cert")
    (tmp_path / "b.crt").write_bytes(b"nothing")
    with pytest.raises(SettingsError, match="holds no certificate"):
        certificates(tmp_path / "b.crt", "tls_cert")
