"""What is read of a chip counts if its issuer signed it: each part that does not fit is refused as itself."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import DomainError, Reason, SettingsError
from idverify.domain.model import CardHolder, CardRead, CardSaid
from idverify.trust.cards.issuers import load_issuers
from idverify.trust.cards.reader import ChipCards
from tests.card_kit import ISSUED, YEARS, Key, card, certified, country, data_group_1, element, mrz, signer

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
NUMBER = "027084000999"
GROUPS = {1: data_group_1(mrz(NUMBER)), 13: b"\x6d\x03abc"}
CARDS = ChipCards([country().certificate])


def part(read: CardRead, cards: ChipCards = CARDS) -> str:
    """Why it is refused."""
    with pytest.raises(DomainError) as caught:
        cards.read(read, NOW)
    assert caught.value.reason is Reason.CARD_INVALID
    return caught.value.metadata["part"]


def test_a_sound_card_says_whom_it_is_of() -> None:
    read = card(GROUPS, time=NOW - YEARS)
    said = CARDS.read(read, NOW)
    assert said.holder == CardHolder(NUMBER, "NGUYEN<<VAN<AN" + "<" * 16, "840201", "M", date(2044, 12, 31))
    assert said.issuer == "CN=CSCA"
    assert said.sha256 == CARDS.read(card(GROUPS), NOW).sha256 != CARDS.read(card({1: GROUPS[1]}), NOW).sha256
    assert NUMBER not in repr(said) + repr(read)
    assert CARDS.read(card({1: GROUPS[1]}), NOW).holder == said.holder


@pytest.mark.parametrize(
    ("key", "digest", "scheme"),
    [
        (ec.generate_private_key(ec.SECP384R1()), "sha512", ""),
        (ec.generate_private_key(ec.BrainpoolP256R1()), "sha256", ""),
        (rsa.generate_private_key(65537, 2048), "sha256", ""),
        (rsa.generate_private_key(65537, 2048), "sha256", "rsassa_pkcs1v15"),
        (rsa.generate_private_key(65537, 2048), "sha512", "rsassa_pss"),
    ],
)
def test_signatures_of_the_kinds_that_issuers_use(key: Key, digest: str, scheme: str) -> None:
    by = certified("DS", country(), key=key)
    read = card(GROUPS, by, digest=digest, scheme=scheme)
    assert CARDS.read(read, NOW).holder.citizen_number == NUMBER
    broken = replace(read, security_object=read.security_object[:-1] + bytes([read.security_object[-1] ^ 1]))
    assert part(broken) == "signature"


def test_a_signer_may_be_named_by_its_key() -> None:
    assert CARDS.read(card(GROUPS, by_key=True), NOW).issuer == "CN=CSCA"


def test_who_is_named_as_signer_must_be_there() -> None:
    assert part(card(GROUPS, named=certified("DS 2", country()))) == "signer"
    assert part(card(GROUPS, named=certified("DS 2", country()), by_key=True)) == "signer"


def test_a_signer_that_is_trusted_itself_needs_no_issuer() -> None:
    said = ChipCards([signer().certificate]).read(card(GROUPS), NOW)
    assert said.issuer == "CN=DS 1"


def test_another_issuer_vouches_for_nothing() -> None:
    another = certified("CSCA", authority=True)
    assert part(card(GROUPS, certified("DS", another))) == "issuer"
    assert part(card(GROUPS, certified("DS"))) == "issuer"
    assert part(card(GROUPS), ChipCards([another.certificate])) == "issuer"


def test_what_is_no_signer_of_documents_signs_none() -> None:
    assert part(card(GROUPS, certified("sub", country(), authority=True))) == "issuer"
    assert part(card(GROUPS, country())) == "issuer"
    assert part(card(GROUPS, certified("DS", signer()))) == "issuer"
    no_authority = certified("CSCA")
    assert part(card(GROUPS, certified("DS", no_authority)), ChipCards([no_authority.certificate])) == "issuer"


@pytest.mark.parametrize("who", ["signer", "issuer"])
def test_who_was_not_valid_when_it_was_signed_signed_nothing(who: str) -> None:
    authority, ends = country(), NOW - timedelta(days=1)
    if who == "issuer":
        authority = certified("old", authority=True, ends=ends)
    by = certified("DS", authority, ends=ends if who == "signer" else NOW + YEARS)
    cards = ChipCards([authority.certificate])
    assert part(card(GROUPS, by), cards) == "validity"
    assert part(card(GROUPS, by, time=NOW), cards) == "validity"
    assert cards.read(card(GROUPS, by, time=NOW - 2 * YEARS), NOW).holder.citizen_number == NUMBER
    assert part(card(GROUPS, by, time=ISSUED - YEARS), cards) == "validity"


def test_a_country_may_renew_its_certificate() -> None:
    first = certified("CSCA", authority=True, ends=NOW - YEARS)
    second = certified("CSCA", authority=True, key=first.key, begins=NOW - 2 * YEARS)
    by = certified("DS", first)
    assert part(card(GROUPS, by), ChipCards([first.certificate])) == "validity"
    assert ChipCards([first.certificate, second.certificate]).read(card(GROUPS, by), NOW).issuer == "CN=CSCA"


def test_a_signature_of_the_future_is_none() -> None:
    assert part(card(GROUPS, time=NOW + timedelta(days=2))) == "validity"


def test_a_data_group_that_was_changed_or_never_signed_is_refused() -> None:
    other = {1: data_group_1(mrz("027184000777"))}
    assert part(card(other, signed=GROUPS)) == "data_group"
    assert part(card({**GROUPS, 2: b"\x75\x00"}, signed=GROUPS)) == "data_group"
    assert part(card({**GROUPS, 13: b"\x6d\x03abd"}, signed=GROUPS)) == "data_group"


def test_without_the_group_that_names_the_citizen_it_says_nothing() -> None:
    assert part(card({13: GROUPS[13]})) == "data_group_missing"
    assert part(card({}, signed=GROUPS)) == "data_group_missing"


@pytest.mark.parametrize(
    "text",
    ["", "P<VNM", mrz(NUMBER).replace("VNM", "UTO", 1), mrz("12345678901<"), mrz(NUMBER, expires="991332"), "<" * 90],
)
def test_another_layout_is_refused(text: str) -> None:
    assert part(card({1: data_group_1(text)})) == "layout"


def test_a_group_in_another_wrapping_is_refused() -> None:
    for data in (mrz(NUMBER).encode(), element(b"\x61", b""), GROUPS[1] + b"\0", b"\x61\x85", data_group_1("Ơ" * 45)):
        assert part(card({1: data})) == "layout"


def test_weak_hashes_and_keys_are_refused() -> None:
    assert part(card(GROUPS, digest="sha1")) == "algorithm"
    weak = rsa.generate_private_key(65537, 1024)
    assert part(card(GROUPS, certified("DS", country(), key=weak))) == "algorithm"
    strong = certified("DS", country(), hashed=hashes.SHA512())
    assert CARDS.read(card(GROUPS, strong), NOW).holder.citizen_number == NUMBER


def test_another_content_is_no_security_object() -> None:
    assert part(card(GROUPS, content_type="1.2.840.113549.1.7.1")) == "form"


def test_where_nobody_is_trusted_no_card_is_read() -> None:
    cards = ChipCards([])
    assert (cards.offered, CARDS.offered) == (False, True)
    with pytest.raises(DomainError) as caught:
        cards.read(card(GROUPS), NOW)
    assert caught.value.reason is Reason.CARD_READS_UNAVAILABLE


SOUND = card(GROUPS, time=NOW - YEARS)


@given(st.binary(max_size=300))
def test_whatever_is_no_security_object_is_refused(data: bytes) -> None:
    for read in (data, element(b"\x77", data)):
        assert part(CardRead(read, GROUPS)) == "form"


@given(st.integers(0, len(SOUND.security_object) - 1), st.integers(1, 255))
def test_a_security_object_with_one_octet_changed_is_never_another_card(place: int, change: int) -> None:
    data = bytearray(SOUND.security_object)
    data[place] ^= change
    # Octets outside of what is signed change no word of it, nor which card it is.
    assert told(CardRead(bytes(data), GROUPS)) in {Reason.CARD_INVALID, CARDS.read(SOUND, NOW)}


def told(read: CardRead) -> Reason | CardSaid:
    try:
        return CARDS.read(read, NOW)
    except DomainError as error:
        return error.reason


@pytest.mark.parametrize("version", [1, 3, 5, 127])
def test_a_signer_with_a_certificate_of_no_known_version_is_refused(version: int) -> None:
    data = bytearray(SOUND.security_object)
    certificate = signer().certificate.public_bytes(serialization.Encoding.DER)
    place = data.index(certificate) + certificate.index(b"\xa0\x03\x02\x01\x02") + 4
    data[place] = version
    assert part(CardRead(bytes(data), GROUPS)) in {"form", "signer", "signature"}


def test_what_is_huge_or_nested_without_end_is_refused() -> None:
    nested = b"\x30\x80" * 15_000
    assert part(CardRead(element(b"\x77", nested), GROUPS)) == "form"
    assert part(CardRead(b"\x77" + b"\xff" * 30_000, GROUPS)) == "form"
    assert part(CardRead(SOUND.security_object + bytes(30_000), GROUPS)) == "form"


def test_the_file_of_issuers_holds_certificates(tmp_path: Path) -> None:
    file = tmp_path / "csca.pem"
    both = [country().certificate, signer().certificate]
    file.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in both))
    assert load_issuers(file) == both
    for content in (b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        file.write_bytes(content)
        with pytest.raises(SettingsError, match="card_issuers_file"):
            load_issuers(file)
    with pytest.raises(SettingsError, match="card_issuers_file"):
        load_issuers(tmp_path / "none")


_READ_AND_SIGN = """
import idverify.trust.cards.layout
from asn1crypto import cms
cms.CMSAttributeType("content_type")
import asn1crypto.tsp
print(cms.CMSAttributeType("signing_certificate_v2").dotted)
"""


def test_a_process_that_read_a_card_still_knows_how_documents_are_signed() -> None:
    # Apart: whatever this process has imported by now must not help.
    made = subprocess.run([sys.executable, "-c", _READ_AND_SIGN], capture_output=True, text=True, check=False)
    assert made.stdout.strip() == "1.2.840.113549.1.9.16.2.47", made.stderr
