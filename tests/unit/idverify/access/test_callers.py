"""The clients file."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idverify.access.callers import CertifiedCallers, local_caller
from idverify.access.clients_file import load_clients
from idverify.access.expiry import Expiring
from idverify.access.trial_authority import make_trial_certificates
from idverify.domain.errors import DomainError, Reason, SettingsError
from idverify.domain.model import Client, ClientState, Entitlement, Role, SampleKind
from idverify.services.registry.directory import ClientDirectory
from tests.places import DOCS
from tests.token_kit import KeyHolder


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "clients.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "clients"),
        ("[clients]", "clients"),
        ("[clients.a]", "roles"),
        ("[clients.a]\nroles = []", "roles"),
        ('[clients.a]\nroles = ["root"]', "roles"),
        ('[clients.a]\nroles = ["admin"]\nrole = "x"', "role"),
        ('[clients.a]\nroles = ["admin"]\ncertificate_sha256 = "AB"', "certificate_sha256"),
        ('[clients."a b"]\nroles = ["admin"]', "a b"),
        ('[clients.local-x]\nroles = ["admin"]', "local-"),
        ('[clients.operator]\nroles = ["admin"]', "what is no client: operator"),
        ('[clients.a]\nroles = ["admin"]\n[clients.b]\nroles = ["admin"]\ncertificate_name = "a"', "same certificate"),
        ('[clients.operator]\nroles = ["admin"]', "audit trail"),
        ('[clients.a]\nroles = ["admin"]\nsample_kinds = ["film"]', "sample_kinds"),
        ('[clients.a]\nroles = ["admin"]\nprocedures = { "1.1" = "all" }', "procedures"),
        ("[clients.a", "not TOML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_clients(_write(tmp_path, text))


def test_the_example_of_the_page_is_understood(tmp_path: Path) -> None:
    page = (DOCS / "operations.md").read_text("utf-8")
    (example,) = re.findall(r"^```toml\n(.+?)^```", page, re.MULTILINE | re.DOTALL)
    assert load_clients(_write(tmp_path, example))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_clients(tmp_path / "missing.toml")


def test_no_certificate_is_nobody() -> None:
    with pytest.raises(DomainError) as caught:
        CertifiedCallers(lambda _: []).caller_of(None)
    assert caught.value.reason is Reason.CLIENT_UNKNOWN


def test_who_calls_is_as_the_entry_is_in_this_moment(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    make_trial_certificates(tmp_path, ["localhost"], {"counter": Role.COUNTER}, now, 90)
    (entry,) = load_clients(tmp_path / "clients.toml")
    directory, revoked, seen = ClientDirectory(), False, list[Expiring]()
    callers = CertifiedCallers(directory.known_by, lambda _: revoked, seen.append)
    certificate = (tmp_path / "counter.crt").read_bytes()

    def barred() -> Reason | None:
        caller = callers.caller_of(certificate)
        assert caller.name == "counter"
        assert caller.presented is not None
        assert caller.presented.certificate == certificate
        return caller.barred

    client = Client.registered(entry, now)
    for state, why in [
        (ClientState.ACTIVE, None),
        (ClientState.SUSPENDED, Reason.CLIENT_SUSPENDED),
        (ClientState.ACTIVE, None),
        (ClientState.REVOKED, Reason.CLIENT_REVOKED),
        (ClientState.ACTIVE, None),
    ]:
        client = client.in_state(state, now)
        directory.put(client)
        assert [barred(), barred()] == [why, why]
    revoked = True
    assert barred() is Reason.CERTIFICATE_REVOKED
    assert {each.whose for each in seen} == {"counter"}


def test_an_entry_says_what_a_client_may(tmp_path: Path) -> None:
    text = (
        '[clients.a]\nroles = ["counter"]\nprocedures = { "1.001193" = ["residence"], "*" = ["*"] }\n'
        'record_types = ["birth"]\nsample_kinds = ["image", "minutiae"]\ncalls_per_minute = 60\nreads_per_day = 5\n'
    )
    (entry,) = load_clients(_write(tmp_path, text))
    may = entry.may
    assert entry.certificate == "name:a"
    assert may.entitlements == (Entitlement("1.001193", frozenset({"residence"})), Entitlement("*", frozenset("*")))
    assert (may.record_types, may.sample_kinds) == (frozenset({"birth"}), frozenset(SampleKind))
    assert (may.calls_per_minute, may.reads_per_day) == (60, 5)


def test_an_entry_may_name_keys_instead_of_a_certificate(tmp_path: Path) -> None:
    holder = KeyHolder()
    inner = ", ".join(f'{name} = "{value}"' for name, value in json.loads(holder.jwk).items())
    keys = f"keys = [{{ jwk = {{ {inner} }}, until = 2027-01-01T00:00:00Z }}]\n"
    (entry,) = load_clients(_write(tmp_path, f'[clients.a]\nroles = ["counter"]\n{keys}'))
    assert (entry.certificate, [key.key_id for key in entry.keys]) == ("", [holder.key_id])
    (entry,) = load_clients(_write(tmp_path, f'[clients.a]\nroles = ["counter"]\ncertificate_name = "x"\n{keys}'))
    assert (entry.certificate, len(entry.keys)) == ("name:x", 1)
    two = f'[clients.a]\nroles = ["counter"]\n{keys}[clients.b]\nroles = ["counter"]\n{keys}'
    with pytest.raises(SettingsError, match="same key"):
        load_clients(_write(tmp_path, two))
    with pytest.raises(SettingsError, match="EC, Ed25519 or RSA"):
        load_clients(_write(tmp_path, f'[clients.a]\nroles = ["counter"]\n{keys.replace("EC", "oct")}'))


def test_an_entry_that_says_little_allows_little(tmp_path: Path) -> None:
    (entry,) = load_clients(_write(tmp_path, '[clients.a]\nroles = ["counter"]'))
    assert (entry.may.entitlements, entry.may.record_types) == ((), frozenset())
    assert entry.may.sample_kinds == {SampleKind.IMAGE}


def test_the_local_caller_may_do_everything_and_is_named_so() -> None:
    caller = local_caller("local-insecure")
    assert (caller.roles, caller.sample_kinds) == (frozenset(Role), frozenset(SampleKind))
    assert caller.is_given("1.001193", "residence")
    assert caller.may_keep("residence")
