"""Hashes of PINs: of one PIN each, each with a salt of its own."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from idverify.trust.pin_hashes import Argon2PinHashes

HASHES = Argon2PinHashes()
HASHED = HASHES.made("802915")


def test_a_hash_is_of_its_pin_alone() -> None:
    assert HASHES.matches("802915", HASHED)
    assert not HASHES.matches("802916", HASHED)
    assert not HASHES.matches("", HASHED)


def test_hashes_take_memory_and_are_salted() -> None:
    assert HASHED.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert HASHES.made("802915") != HASHED
    assert "802915" not in HASHED


def test_nobodys_hash_is_of_no_pin_and_made_again_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    class Watched:
        @staticmethod
        def verify_phc_encoded(pin: bytes, hashed: str) -> None:
            made.append(hashed.rpartition("$")[0].rpartition("$")[0])
            Argon2id.verify_phc_encoded(pin, hashed)

    monkeypatch.setattr("idverify.trust.pin_hashes.Argon2id", Watched)
    assert not HASHES.matches("802915", None)
    assert HASHES.matches("802915", HASHED)
    assert made == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2, "as much work for somebody who has none"
