"""Keys in a token: made there, never out of it, and named precisely when they cannot be had."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from idverify.domain.errors import DomainError, Reason
from idverify.trust.document_key import load_document_key, load_or_create_document_key, rotate_document_key
from idverify.trust.homes.home import FILES, FileHome, require_there
from idverify.trust.homes.refused_pin import REFUSED_PIN, RefusedPin
from idverify.trust.homes.token import TokenHome
from idverify.trust.homes.token_session import TokenSession
from idverify.trust.log.keys import load_log_keys, load_or_create_log_keys, rotate_log_keys
from idverify.trust.signing import open_signer, rotate_signing_key
from idverify.trust.signing_keys import load_or_create_ring, load_ring
from tests.contract.store_kit import KEYS, NOW
from tests.fakes import FakeClock
from tests.tokens import PIN, SoftToken

ISSUER = "https://xac-minh.bacninh.example"
SHA256 = ec.ECDSA(hashes.SHA256())


def cause(work: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        work()
    assert refused.value.reason is Reason.KEYS_UNAVAILABLE
    assert PIN not in str(refused.value)
    return refused.value.metadata["cause"]


def test_an_ed25519_key_signs_and_stays(token: SoftToken) -> None:
    key = token.home().new_ed25519()
    key.public_key().verify(key.sign(b"text"), b"text")
    with pytest.raises(InvalidSignature):
        key.public_key().verify(key.sign(b"text"), b"other")
    assert isinstance(key, Ed25519PrivateKey)
    assert copy.copy(key) is copy.deepcopy(key) is key
    refused: list[Callable[..., object]] = [key.private_bytes_raw, key.private_bytes]
    for way in refused:
        with pytest.raises(ValueError, match="does not leave"):
            way()


def test_a_p256_key_signs_and_stays(token: SoftToken) -> None:
    key = token.home().new_p256()
    key.public_key().verify(key.sign(b"text", SHA256), b"text", SHA256)
    assert (key.curve.name, key.key_size) == ("secp256r1", 256)
    assert copy.copy(key) is copy.deepcopy(key) is key
    refused: list[Callable[..., object]] = [key.private_numbers, key.private_bytes, key.exchange]
    for way in refused:
        with pytest.raises(ValueError, match="does not leave"):
            way()
    with pytest.raises(TypeError, match="SHA-256"):
        key.sign(b"text", ec.ECDSA(hashes.SHA384()))


def test_the_token_itself_says_that_nothing_leaves_it(token: SoftToken) -> None:
    from pkcs11 import Attribute, ObjectClass

    home = token.home()
    home.new_ed25519(), home.new_p256(), home.new_master()

    def look(session: object) -> list[tuple[bool, bool]]:
        kinds = (ObjectClass.PRIVATE_KEY, ObjectClass.SECRET_KEY)
        found = [key for kind in kinds for key in session.get_objects({Attribute.CLASS: kind})]  # type: ignore[attr-defined]
        return [(key[Attribute.EXTRACTABLE], key[Attribute.SENSITIVE]) for key in found]

    assert home.session.run(look) == [(False, True)] * 3


def test_keys_of_all_kinds_are_found_again(token: SoftToken, tmp_path: Path) -> None:
    home = token.home()
    ring = load_or_create_ring(tmp_path / "ring", KEYS, home)
    log = load_or_create_log_keys(tmp_path / "log", KEYS, ISSUER, home)
    document = load_or_create_document_key(tmp_path / "document", KEYS, ISSUER, NOW, home)
    other = token.home()
    assert load_ring(tmp_path / "ring", KEYS, other).key_ids == ring.key_ids
    assert load_log_keys(tmp_path / "log", KEYS, other).signing() == log.signing()
    again = load_document_key(tmp_path / "document", KEYS, other)
    certificate = x509.load_pem_x509_certificate(document.certificate)
    certificate.verify_directly_issued_by(certificate)
    certificate.public_key().verify(again.private.sign(b"x", SHA256), b"x", SHA256)  # type: ignore[union-attr, call-arg, arg-type]
    # Without the token's settings it is said which are missing.
    for load in (load_ring, load_log_keys, load_document_key):
        name = {load_ring: "ring", load_log_keys: "log", load_document_key: "document"}[load]
        assert cause(lambda load=load, name=name: load(tmp_path / name, KEYS)) == "TOKEN_UNSET"  # type: ignore[misc]


def test_keys_of_files_move_into_the_token_by_rotation(token: SoftToken, tmp_path: Path) -> None:
    home, clock = token.home(), FakeClock()
    signer = open_signer(tmp_path / "ring", KEYS, ISSUER, clock, home)
    load_or_create_ring(tmp_path / "files", KEYS)
    before = load_ring(tmp_path / "files", KEYS, home)
    rotate_signing_key(tmp_path / "files", KEYS, clock.now(), home)
    assert load_ring(tmp_path / "files", KEYS, home).active.kid == before.next.kid
    rotate_signing_key(tmp_path / "files", KEYS, clock.now(), home)
    moved = load_ring(tmp_path / "files", KEYS, home)
    require_there(*moved.private())
    with pytest.raises(ValueError, match="does not leave"):
        moved.active.raw_value.private_bytes_raw()  # type: ignore[union-attr]
    assert signer.own(signer.sign({"iss": ISSUER})) == {"iss": ISSUER}
    first = load_or_create_log_keys(tmp_path / "log", KEYS, ISSUER)
    second = rotate_log_keys(tmp_path / "log", KEYS, home)
    note = second.sign("text\n")
    assert [key for key, _ in note.verified([*first.signing(), second.signing()[0]])] == second.signing()
    load_or_create_document_key(tmp_path / "document", KEYS, ISSUER, NOW)
    assert len(rotate_document_key(tmp_path / "document", KEYS, ISSUER, NOW, home).former) == 1


def test_masters_of_the_token_wrap_and_know_what_they_wrapped(token: SoftToken) -> None:
    home, key = token.home(), bytes(range(32))
    one, two = home.new_master(), home.new_master()
    wrapped = one.wrap(key)
    assert len(wrapped) == 40
    assert FileHome(token.home()).master(one.reference).unwrap(wrapped) == key
    assert cause(lambda: two.unwrap(wrapped)) == "TOKEN_FAILED"
    assert home.master({"home": "file", "key": "QUFB"}).reference["home"] == "file"


def test_a_token_that_vanishes_is_said_and_found_again(token: SoftToken) -> None:
    key = token.home().new_ed25519()
    token.vanish()
    assert cause(lambda: key.sign(b"text")) in {"TOKEN_ABSENT", "MODULE_UNUSABLE"}
    token.come_back()
    key.public_key().verify(key.sign(b"text"), b"text")


def test_one_that_is_away_is_not_asked_by_every_call(token: SoftToken) -> None:
    home = token.home()
    key = home.new_ed25519()
    home.session.pause = 3600.0
    token.vanish()
    first = cause(lambda: key.sign(b"text"))
    token.come_back()
    assert cause(lambda: key.sign(b"text")) == first
    home.session.pause = 0.0
    key.sign(b"text")


def test_a_wrong_pin_is_tried_once(token: SoftToken) -> None:
    right = token.pin_file.read_text()
    token.pin_file.write_text("0000")
    home = token.home()
    assert cause(home.new_ed25519) == "PIN_WRONG"
    token.vanish()
    assert cause(home.new_ed25519) == "PIN_WRONG"  # the token was not asked: it would lock after a few
    assert cause(token.home().new_ed25519) == "PIN_WRONG"  # nor by a process that is started anew
    token.come_back()
    token.pin_file.write_text("")
    assert cause(home.new_ed25519) == "PIN_MISSING"
    token.pin_file.write_text(right)
    assert home.new_ed25519().sign(b"text")
    assert token.home().new_ed25519().sign(b"text")
    assert not token.pin_file.with_name(REFUSED_PIN).exists()


def test_nothing_of_a_pin_that_was_refused_is_kept(token: SoftToken) -> None:
    token.pin_file.write_text("097531")
    cause(token.home().new_ed25519)
    noted = token.pin_file.with_name(REFUSED_PIN)
    assert "097531" not in noted.read_text()
    assert noted.stat().st_mode & 0o777 == 0o600


def test_a_pin_of_the_environment_is_refused_until_somebody_says_so(token: SoftToken, tmp_path: Path) -> None:
    given, noted = ["0000"], tmp_path / REFUSED_PIN

    def home() -> TokenHome:
        refused = RefusedPin(noted, token.label, None)
        return TokenHome(TokenSession(token.module, token.label, lambda: given[0], refused))

    assert cause(home().new_ed25519) == "PIN_WRONG"
    given[0] = PIN
    with pytest.raises(DomainError, match=f"remove {noted}"):
        home().new_ed25519()
    noted.unlink()
    assert home().new_ed25519().sign(b"text")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"{}"])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / REFUSED_PIN).write_bytes(content)
    assert not RefusedPin(tmp_path / REFUSED_PIN, "label", None).stands()


def test_a_disk_that_cannot_be_written_keeps_nobody_from_saying_it(tmp_path: Path) -> None:
    refused = RefusedPin(tmp_path / "none" / REFUSED_PIN, "label", None)
    refused.note()
    refused.forget()
    assert not refused.stands()


def test_what_is_not_there_is_named(token: SoftToken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def named(module: Path, label: str) -> TokenHome:
        noted = RefusedPin(tmp_path / REFUSED_PIN, label, None)
        return TokenHome(TokenSession(module, label, lambda: PIN, noted))

    assert cause(named(token.module, "another").new_p256) == "TOKEN_ABSENT"
    assert cause(named(tmp_path / "none.so", token.label).new_p256) == "MODULE_UNUSABLE"
    assert cause(named(Path(__file__), token.label).new_p256) == "MODULE_UNUSABLE"
    public = token.home().new_ed25519().public_key().public_bytes_raw().hex()
    lost = token.home().ed25519({"pkcs11": "00" * 16, "public": public})
    assert cause(lambda: require_there(lost)) == "KEY_ABSENT"
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    assert cause(lambda: token.session().run(lambda _: None)) == "NOT_INSTALLED"


def test_a_start_says_that_a_key_is_not_in_the_token(token: SoftToken, tmp_path: Path) -> None:
    load_or_create_ring(tmp_path / "ring", KEYS, token.home())

    def destroy(session: object) -> None:
        for found in list(session.get_objects()):  # type: ignore[attr-defined]
            found.destroy()

    token.session().run(destroy)
    assert load_ring(tmp_path / "ring", KEYS, token.home()).published(NOW)  # what needs no private key goes on
    assert cause(lambda: load_or_create_ring(tmp_path / "ring", KEYS, token.home())) == "KEY_ABSENT"


def test_without_a_token_only_files_are_found() -> None:
    assert cause(lambda: FILES.p256({"pkcs11": "00", "public": "00"})) == "TOKEN_UNSET"
    assert cause(lambda: FILES.master({"home": "pkcs11", "id": "00"})) == "TOKEN_UNSET"
