"""The catalogue at a start: seeded once, replaced by the operator's files, and never by the package again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from idverify.domain.assurance import Assurance
from idverify.domain.catalogue.as_dict import item_dict
from idverify.domain.catalogue.content import Item, Origin
from idverify.domain.catalogue.drafts import Draft
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.catalogue.predicates import parse_predicate
from idverify.domain.errors import Reason, SettingsError
from idverify.domain.model import FingerPosition, Procedure, RecordAccess
from idverify.records.catalogue import LiveCatalogue, load_catalogue
from idverify.records.files import load_files
from idverify.services.catalogue.opening import Files, open_catalogue
from idverify.settings import Settings
from idverify.start.catalogue import catalogue_files
from tests.fakes import FakeClock
from tests.service_kit import AN, BIRTH, Answers, World, prints_of, refused
from tests.unit.idverify.services.counter.counter_kit import Counter


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.catalogue = LiveCatalogue(lambda: day_in_viet_nam(world.clock.now()))
    yield world
    world.store.close()


PACKAGE = Files(Origin.PACKAGE, load_files)


def start(world: World, files: Files = PACKAGE) -> LiveCatalogue:
    open_catalogue(world.store, world.catalogue, world.clock, files)
    return world.catalogue


def of(*items: Item, origin: Origin = Origin.FILES) -> Files:
    return Files(origin, lambda: Draft(items))


def birth() -> Procedure:
    return load_catalogue().procedure(BIRTH)


def written(folder: Path, *items: Item) -> Path:
    folder.mkdir(exist_ok=True)
    procedures = [item_dict(item) for item in items if isinstance(item, Procedure)]
    (folder / "procedures.json").write_text(json.dumps({"procedures": procedures}), encoding="utf-8")
    for item in items:
        if not isinstance(item, Procedure):
            (folder / f"record_type.{item.code}.json").write_text(json.dumps(item_dict(item)), encoding="utf-8")
    return folder


def test_a_new_register_has_the_catalogue_of_the_package(world: World) -> None:
    catalogue, package = start(world), load_catalogue()
    assert catalogue.procedures() == package.procedures()
    assert catalogue.record_types() == package.record_types()
    assert world.trail() == []
    with world.store.reading() as view:
        (revision,) = view.catalogue.content().revisions
    assert (revision.author, revision.origin) == ("operator", Origin.PACKAGE)
    assert revision.added == len(package.procedures()) + len(package.record_types())


def test_a_later_package_changes_nothing(world: World) -> None:
    start(world)

    def fail() -> Draft:
        raise AssertionError("the package's files are read at a first start only")

    assert start(world, Files(Origin.PACKAGE, fail)).procedures() == load_catalogue().procedures()
    assert world.trail() == []


def test_the_operators_files_are_the_whole_catalogue(world: World, tmp_path: Path) -> None:
    start(world)
    changed = replace(birth(), title="Đăng ký khai sinh lưu động")
    folder = written(tmp_path / "catalogue", changed, *load_catalogue().record_types())
    files = catalogue_files(Settings(catalogue_dir=folder))
    catalogue = start(world, files)
    assert catalogue.procedures() == (replace(changed, version=2),)
    assert len(catalogue.record_types()) == len(load_catalogue().record_types())
    assert catalogue.procedure(BIRTH, 1) == birth(), "the version of before is there for ever"
    (event,) = world.trail()
    assert (event.entry.caller, event.entry.action, event.entry.outcome) == ("operator", "ImportCatalogue", "IMPORTED")
    details = event.entry.details
    assert (details["origin"], details["changed"], details["withdrawn"]) == (
        "files",
        1,
        len(load_catalogue().procedures()) - 1,
    )
    start(world, files)
    assert len(world.trail()) == 1, "the same files again say nothing new"


def test_files_come_first_at_a_first_start(world: World) -> None:
    other = replace(birth(), code="2.000001")
    assert start(world, of(other, *load_catalogue().record_types())).procedures() == (other,)


def test_wrong_files_do_not_start(world: World, tmp_path: Path) -> None:
    (tmp_path / "procedures.json").write_text('{"procedures": [{}]}')
    with pytest.raises(SettingsError, match=r"catalogue_dir: procedures\.json: code"):
        start(world, catalogue_files(Settings(catalogue_dir=tmp_path)))
    with pytest.raises(SettingsError, match="catalogue_dir: "):
        start(world, catalogue_files(Settings(catalogue_dir=tmp_path / "nowhere")))
    assert world.trail() == []


def test_a_new_law_counts_from_midnight_in_viet_nam(world: World) -> None:
    today = day_in_viet_nam(world.clock.now())
    law = replace(birth(), valid_from=today + timedelta(days=1), target_fmr=1e-6, version=2)
    catalogue = start(world, of(birth(), law))
    assert catalogue.procedure(BIRTH).target_fmr == 1e-4
    world.clock.advance((24 - 7 - 8) * 3600 - 1)
    assert catalogue.procedures() == (birth(),)
    world.clock.advance(1)
    assert catalogue.procedures() == (law,)


def test_what_is_not_in_force_is_not_found_and_known(world: World) -> None:
    over = replace(birth(), valid_until=day_in_viet_nam(world.clock.now()) - timedelta(days=1))
    catalogue = start(world, of(over))
    with refused(Reason.PROCEDURE_NOT_FOUND):
        catalogue.procedure(BIRTH)
    with refused(Reason.PROCEDURE_NOT_FOUND):
        catalogue.procedure(BIRTH, 2)
    assert catalogue.procedure(BIRTH, 1) == over
    assert catalogue.knows(BIRTH)
    assert not catalogue.knows("9.999999")


INDEX = FingerPosition.RIGHT_INDEX
IDENTITY_RECORD = json.dumps(
    {
        "citizen_number": AN,
        "full_name": "Nguyễn Văn An",
        "birth_date": "1984-02-01",
        "sex": "M",
        "nationality": "Việt Nam",
    }
)


def rebuilt(folder: Path, *items: Item) -> World:
    """Return a world with a catalogue of its own, and An enrolled with an identity record."""
    world = World(folder, catalogue=LiveCatalogue(lambda: day_in_viet_nam(FakeClock().now())))
    start(world, of(*items, *load_catalogue().record_types()))
    world.enrol(AN, prints_of("an", INDEX))
    world.put(AN, "identity", IDENTITY_RECORD)
    return world


def test_a_counter_is_told_the_answer_and_not_the_value(tmp_path: Path) -> None:
    access = RecordAccess(
        "identity",
        ("full_name",),
        required=True,
        replaced_paper="Bản sao thẻ căn cước",
        predicates=(parse_predicate("age_at_least(birth_date, 18)"), parse_predicate('equals(sex, "F")')),
    )
    world = rebuilt(tmp_path, replace(birth(), records=(access,), version=1))
    answer = world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", procedure_code=BIRTH))
    assert answer.disclosure is not None
    (record,) = answer.disclosure.records
    assert json.loads(record.json) == {
        "full_name": "Nguyễn Văn An",
        "age_at_least(birth_date, 18)": True,
        'equals(sex, "F")': False,
    }
    details = world.trail()[-1].entry.details
    assert details["asked"] == ["identity.birth_date", "identity.sex"]
    assert details["procedure_version"] == 1
    assert "age_at_least" not in repr(details)
    claims = world.claims(answer.disclosure.assertion.jwt)
    assert (claims["vn_proc"], claims["vn_proc_version"]) == (BIRTH, 1)
    world.store.close()


@pytest.mark.parametrize(
    ("how", "required", "missing"),
    [
        ("verify", Assurance.LEVEL_3, {"missing_factors": "pin"}),
        ("identify", Assurance.LEVEL_3, {"missing_factors": "pin"}),
        # Nobody's cards are trusted here.
        ("verify", Assurance.LEVEL_4, {"missing_factors": "sc,pin", "cause": "NOT_OFFERED"}),
        ("transaction", Assurance.LEVEL_4, {"missing_factors": "sc", "cause": "NOT_OFFERED"}),
    ],
)
def test_more_than_can_be_shown_is_refused_before_anything_is_decided(
    tmp_path: Path, how: str, required: Assurance, missing: dict[str, str]
) -> None:
    world = rebuilt(tmp_path, replace(birth(), required_assurance=required))
    before = world.trail()
    with refused(Reason.ASSURANCE_UNREACHABLE) as caught:
        if how == "verify":
            world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", procedure_code=BIRTH))
        elif how == "transaction":
            Counter(world).start(AN)
        else:
            world.identify(prints_of("an", INDEX), call=world.call("Identify", procedure_code=BIRTH))
    assert caught.value.metadata == {"required_acr": required.acr, **missing}
    assert world.trail() == before
    world.store.close()


def test_a_repeated_request_gets_its_answer_though_the_procedure_is_gone(tmp_path: Path) -> None:
    world = rebuilt(tmp_path, birth())
    call = world.call("Verify", procedure_code=BIRTH)
    answers = Answers()
    first = world.verification.verify(call, AN, prints_of("an", INDEX), None, answers)
    start(world, of(*load_catalogue().record_types()))
    assert world.verification.verify(call, AN, prints_of("an", INDEX), None, answers) == first
    with refused(Reason.PROCEDURE_NOT_FOUND):
        world.verify(AN, prints_of("an", INDEX), call=world.call("Verify", procedure_code=BIRTH))
    world.store.close()
