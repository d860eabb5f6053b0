"""Building the application."""

from __future__ import annotations

import json
import logging
import shutil
import stat
from pathlib import Path
from typing import Literal, NoReturn

import pytest

from idverify.bootstrap import SystemClock, build
from idverify.domain.errors import DomainError, SettingsError, StoredDataError
from idverify.domain.model import Caller, PersonalData, RequestContext, Role, SampleKind
from idverify.matching import assembly
from idverify.matching.assembly import Matching, load_matching
from idverify.matching.biometrics import MatcherBiometrics
from idverify.services.calls.call import begin
from idverify.settings import Settings, load_settings
from matcher.errors import ExtractorUnavailableError
from tests.fakes import FakeBiometrics, FakeGallery, NoDeadline, sample
from tests.places import REPOSITORY


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "new" / "data")


def _fakes() -> Matching:
    return Matching(FakeBiometrics(), FakeGallery())


def test_what_is_enrolled_is_findable_after_a_start(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "idverify")
    first = build(settings, matching=_fakes())
    caller = Caller("c", frozenset(Role), sample_kinds=frozenset(SampleKind))
    call = begin(caller, RequestContext("3f2b8c54-6f0e-4a52-9d3c-0a8a3c1f7e11"), "EnrolCitizen", b"d", NoDeadline())
    first.enrolment.enrol(
        call, "027199000001", PersonalData("Thử"), [sample("a/RIGHT_INDEX/80")] * 3, lambda enrolled: b"answer"
    )
    first.close()
    second = build(settings, matching=_fakes())
    assert len(second.gallery) == 3
    assert [r.__dict__["templates"] for r in caplog.records if r.message == "gallery filled"] == [0, 3]
    second.close()


def test_the_catalogue_is_that_of_the_operators_folder(tmp_path: Path) -> None:
    """Without editing the package."""
    folder = tmp_path / "catalogue"
    shutil.copytree(REPOSITORY / "idverify" / "catalogue", folder)
    kept = json.loads((folder / "procedures.json").read_text(encoding="utf-8"))["procedures"][:1]
    (folder / "procedures.json").write_text(json.dumps({"procedures": kept}), encoding="utf-8")
    for catalogue_dir, count in ((None, 9), (folder, 1), (None, 1)):
        settings = load_settings(data_dir=tmp_path / "data", catalogue_dir=catalogue_dir)
        application = build(settings, matching=_fakes())
        assert len(application.catalogue.procedures()) == count
        application.close()
    (folder / "procedures.json").write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"catalogue_dir: procedures\.json"):
        build(load_settings(data_dir=tmp_path / "data", catalogue_dir=folder), matching=_fakes())


def test_the_data_folder_is_for_its_owner_only(settings: Settings) -> None:
    build(settings, matching=_fakes()).close()
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700
    assert settings.master_key_file.exists()
    assert settings.signing_key_file.exists()


def test_a_damaged_database_is_not_served_and_left_open_by_nobody(settings: Settings) -> None:
    build(settings, matching=_fakes()).close()
    settings.master_key_file.unlink()  # new secrets do not fit what is stored
    with pytest.raises(StoredDataError):
        build(settings, matching=_fakes())


def test_the_clock_is_aware() -> None:
    assert SystemClock().now().utcoffset() is not None


@pytest.mark.parametrize("extractor", ["leader", "ridge"])
def test_the_extractor_is_the_one_of_the_settings(extractor: Literal["leader", "ridge"]) -> None:
    biometrics = load_matching(extractor, extractor_threads=1, search_threads=1).biometrics
    assert isinstance(biometrics, MatcherBiometrics)
    assert biometrics.extractor.id.startswith(f"{extractor}-")


def test_without_the_network_nothing_is_built_and_it_is_said_why(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(threads: int) -> NoReturn:
        raise ExtractorUnavailableError(f"the weights for {threads} thread are not installed")

    monkeypatch.setattr(assembly, "load_leader", missing)
    with pytest.raises(DomainError, match=r"^MATCHER_UNAVAILABLE: the weights"):
        build(settings)
