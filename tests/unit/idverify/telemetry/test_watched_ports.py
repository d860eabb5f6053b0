"""Watched ports do what those beneath them do, and tell of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AuditEntry, FingerPosition, RequestContext, StoredTemplate
from idverify.ports import UNWATCHED, CallEnded, SampleSeen, Signer, Stage
from idverify.telemetry.several import Several
from idverify.telemetry.watched_ports import WatchedBiometrics, WatchedGallery, WatchedSigner
from tests.fakes import FakeBiometrics, FakeGallery, NoDeadline, sample
from tests.noting import Noting


def test_a_sample_is_told_of_whatever_comes_of_it() -> None:
    watch = Noting()
    biometrics = WatchedBiometrics(FakeBiometrics(), watch)
    good = biometrics.extract(sample("alice/RIGHT_INDEX/80"))
    biometrics.extract(sample("alice/RIGHT_INDEX/3"))
    with pytest.raises(DomainError):
        biometrics.extract(sample("no print"))
    seen = [told for told in watch.told if isinstance(told, SampleSeen)]
    assert [(one.position, one.quality and one.quality.score, one.refused) for one in seen] == [
        (FingerPosition.RIGHT_INDEX, 80, None),
        (FingerPosition.RIGHT_INDEX, 3, Reason.SAMPLE_QUALITY_LOW),
        (FingerPosition.RIGHT_INDEX, None, Reason.SAMPLE_INVALID),
    ]
    assert watch.told.count(Stage.EXTRACT) == 3
    assert not any(b"alice" in str(one).encode() for one in seen)
    assert good == FakeBiometrics().extract(sample("alice/RIGHT_INDEX/80"))


def test_biometrics_and_gallery_answer_as_beneath() -> None:
    watch, beneath = Noting(), FakeBiometrics()
    biometrics = WatchedBiometrics(beneath, watch)
    for name in ("extractor_id", "comparator_id", "calibration_id", "fmr_extrapolated_below"):
        assert getattr(biometrics, name) == getattr(beneath, name)
    features = biometrics.extract(sample("alice/RIGHT_INDEX/80"))
    prepared = biometrics.prepare(features.template)
    likeness = biometrics.compare(prepared, [prepared])
    assert likeness == beneath.compare(prepared, [prepared])
    assert biometrics.fuse([likeness]) == beneath.fuse([likeness])
    assert biometrics.to_iso_minutiae(features) == beneath.to_iso_minutiae(features)
    assert biometrics.image_facts(sample("alice/RIGHT_INDEX/80")) == beneath.image_facts(sample("alice/RIGHT_INDEX/80"))
    gallery = WatchedGallery(FakeGallery(), watch)
    stored = StoredTemplate(1, "s", FingerPosition.RIGHT_INDEX, features.template, features.quality, "fake")
    gallery.add([stored])
    found = gallery.search(prepared, position=None, limit=1, deadline=NoDeadline())
    assert [hit.subject_id for hit in found.hits] == ["s"]
    assert gallery.search(prepared, position=None, limit=1, deadline=NoDeadline(), exclude="s").hits == ()
    assert (len(gallery), gallery.figures().impressions) == (1, 1)
    gallery.remove([1])
    assert len(gallery) == 0
    assert [told for told in watch.told if isinstance(told, Stage)] == [
        Stage.EXTRACT, Stage.COMPARE, Stage.SEARCH, Stage.SEARCH,
    ]  # fmt: skip


class FakeSigner:
    """Signs nothing."""

    issuer = "idverify.local"

    def sign(self, claims: object) -> str:
        return f"jwt {claims}"

    def sign_sd_jwt(self, claims: object) -> str:
        return f"sd-jwt {claims}"

    def sign_status_list(self, claims: object) -> str:
        return f"list {claims}"

    def sign_access_token(self, claims: object) -> str:
        return f"at {claims}"

    def own_access_token(self, token: str) -> dict[str, Any]:
        return {"token": token}

    def own(self, assertion: str) -> dict[str, Any]:
        return {"of": assertion}

    def key_set(self) -> tuple[str, str]:
        return "{}", "kid"


def test_a_signer_signs_as_beneath() -> None:
    watch = Noting()
    signer = WatchedSigner(cast("Signer", FakeSigner()), watch)
    assert signer.issuer == "idverify.local"
    assert [signer.sign({}), signer.sign_sd_jwt({}), signer.sign_status_list({})] == ["jwt {}", "sd-jwt {}", "list {}"]
    assert (signer.own("a"), signer.key_set()) == ({"of": "a"}, ("{}", "kid"))
    assert (signer.sign_access_token({}), signer.own_access_token("b")) == ("at {}", {"token": "b"})
    assert watch.told == [Stage.SIGN] * 4


def test_several_are_all_told_and_nobody_is_none() -> None:
    ended = CallEnded("m", None, "OK", None, 0.0)
    seen = SampleSeen(None, sample("a/RIGHT_INDEX/80").kind, None, None)
    entry = AuditEntry(datetime(2026, 1, 5, tzinfo=UTC), "c", "a", "o", "", RequestContext(), {})

    def figures() -> list[Any]:
        return []

    both = (Noting(), Noting())
    for watch in (Several(both), UNWATCHED):
        with watch.call("m"), watch.stage(Stage.WORK):
            watch.took(Stage.QUEUE, 1.0)
        watch.call_ended(ended)
        watch.sample(seen)
        watch.recorded(entry)
        watch.chore("c", 1.0, failed=True)
        watch.show(figures)
        watch.close()
    told = ["m", Stage.WORK, (Stage.QUEUE, 1.0), ended, seen, entry, ("c", 1.0, True), figures, "closed"]
    assert [one.told for one in both] == [told, told]


def test_blocks_of_several_end_in_turn_and_let_an_error_through() -> None:
    ended: list[str] = []

    class Timing(Noting):
        """Notes how its blocks end."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        @contextmanager
        def stage(self, stage: Stage) -> Iterator[None]:
            try:
                yield
            except KeyError:
                ended.append(f"{self.name} {stage.value}")
                raise

    with pytest.raises(KeyError), Several((Timing("first"), Timing("last"))).stage(Stage.WORK):
        raise KeyError("x")
    assert ended == ["last work", "first work"]
