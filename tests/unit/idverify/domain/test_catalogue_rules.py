"""The catalogue as it grows: which version counts on which day, what an import changes, and how that is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.assurance import SINGLE_BIOMETRIC, Assurance, Factor, acr_of, reaches
from idverify.domain.catalogue.as_dict import item_dict, procedure_from, record_type_from
from idverify.domain.catalogue.changes import changes, lines, merged, new_versions
from idverify.domain.catalogue.content import (
    CatalogueContent,
    Item,
    Origin,
    Revision,
    in_force,
    is_valid,
    key_of,
    state_of,
)
from idverify.domain.catalogue.drafts import Draft, DraftError, Fault, FaultCode, Place, place_of
from idverify.domain.model import AgencyLevel, RecordAccess
from tests.catalogue_kit import BIRTH, IDENTITY, LAND, LATER, NOW, WHOLE


def content(*revisions: list[Item]) -> CatalogueContent:
    whole = CatalogueContent()
    for number, items in enumerate(revisions, 1):
        whole = whole.with_revision(Revision(number, NOW, "chief", Origin.IMPORT, ""), items)
    return whole


def test_members_and_back() -> None:
    assert procedure_from(item_dict(WHOLE)) == WHOLE
    assert procedure_from(item_dict(BIRTH), 3, withdrawn=True) == replace(BIRTH, version=3, withdrawn=True)
    assert record_type_from(item_dict(LAND)) == LAND
    assert set(item_dict(BIRTH)) == {"code", "title", "agency", "target_fmr", "records"}, "as files always had it"


@pytest.mark.parametrize(
    ("day", "valid"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_first_and_last_day_count(day: str, valid: bool) -> None:
    assert is_valid(WHOLE, date.fromisoformat(day)) is valid
    assert not is_valid(replace(WHOLE, withdrawn=True), date.fromisoformat(day))
    assert is_valid(BIRTH, date.fromisoformat(day))


def test_the_edition_counts_that_began_last() -> None:
    both = [LATER, BIRTH]
    assert in_force(both, date(2026, 12, 31)) is BIRTH
    assert in_force(both, date(2027, 1, 1)) is LATER
    assert in_force([BIRTH, replace(LATER, withdrawn=True)], date(2027, 1, 1)) is BIRTH
    assert in_force([LATER], date(2026, 12, 31)) is None
    assert in_force([], date(2026, 12, 31)) is None


def test_a_change_of_one_edition_leaves_the_other() -> None:
    before = state_of([BIRTH, replace(LATER, version=2)])
    after = merged(before, [replace(BIRTH, title="Đăng ký khai sinh")], complete=False)
    (new,) = new_versions(before, after)
    assert new == replace(BIRTH, title="Đăng ký khai sinh", version=3), "versions are counted by code"
    assert after[key_of(LATER)] == replace(LATER, version=2)


def test_the_same_again_changes_nothing() -> None:
    before = state_of([replace(BIRTH, version=4), replace(LAND, version=2)])
    assert merged(before, [BIRTH, LAND], complete=True) == before


def test_what_a_whole_catalogue_does_not_name_is_withdrawn_and_record_types_stay() -> None:
    before = state_of([BIRTH, WHOLE, LAND])
    after = merged(before, [BIRTH], complete=True)
    assert new_versions(before, after) == [replace(WHOLE, version=2, withdrawn=True)]
    assert merged(after, [BIRTH], complete=True) == after, "it is withdrawn once"
    again = merged(after, [WHOLE], complete=False)
    assert new_versions(after, again) == [replace(WHOLE, version=3)], "and can come back"
    assert [(c.before, c.after) for c in changes(before, after)] == [(WHOLE, None)]
    assert [(c.before, c.after) for c in changes(after, again)] == [(None, replace(WHOLE, version=3))]


def test_a_former_state_can_be_had_again() -> None:
    changed = replace(BIRTH, title="Đăng ký khai sinh", version=2)
    whole = content([BIRTH, LAND], [changed], [replace(WHOLE)])
    assert whole.newest == 3
    assert set(whole.at(1).values()) == {BIRTH, LAND}
    assert set(whole.at(2).values()) == {changed, LAND}
    assert set(whole.state().values()) == {changed, LAND, WHOLE}
    assert whole.at(0) == {}
    assert CatalogueContent().newest == 0


def told(before: Item, after: Item) -> list[str]:
    (change,) = changes(state_of([before]), state_of([after]))
    return lines(change)


def test_differences_are_told_member_by_member() -> None:
    access = replace(IDENTITY, fields=("sex", "birth_date"), required=False)
    land = RecordAccess("land", ("parcels",), required=True, replaced_paper="Sổ")
    after = replace(BIRTH, target_fmr=1e-5, retention="P10Y", records=(access, land), version=2)
    assert told(BIRTH, after) == [
        "target_fmr: 0.0001 -> 1e-05",
        "records.identity.fields: -full_name +sex +birth_date",
        "records.identity.required: true -> false",
        'records.land: nothing -> {"fields": ["parcels"], "required": true, "replaced_paper": "Sổ"}',
        'retention: nothing -> "P10Y"',
    ]
    assert told(WHOLE, replace(WHOLE, agency_levels=(AgencyLevel.PROVINCE,))) == ["agency_levels: -commune"]
    swapped = replace(IDENTITY, fields=("b", "a"))
    assert told(
        replace(BIRTH, records=(replace(IDENTITY, fields=("a", "b")),)), replace(BIRTH, records=(swapped,))
    ) == ["records.identity.fields: in another order"]
    assert told(LAND, replace(LAND, json_schema='{"type": "object", "required": ["a"]}')) == [
        "json_schema.required: +a"
    ]


def test_differences_come_in_order() -> None:
    found = changes({}, state_of([LATER, BIRTH, WHOLE, LAND]))
    assert [(c.key.code, c.key.valid_from) for c in found] == [
        ("land", None),
        ("1.000001", date(2026, 1, 1)),
        ("1.001193", None),
        ("1.001193", date(2027, 1, 1)),
    ]
    assert lines(found[0]) == []


@given(st.lists(st.sampled_from([BIRTH, LATER, WHOLE, replace(BIRTH, title="x"), LAND]), max_size=5), st.booleans())
def test_what_is_imported_is_what_there_is(items: list[Item], complete: bool) -> None:
    before = state_of([BIRTH, LAND])
    given_ = {key_of(item): item for item in items}
    after = merged(before, given_.values(), complete=complete)
    for key, item in given_.items():
        assert replace(after[key], version=1) == item
    assert {(i.code, i.version) for i in new_versions(before, after)}.isdisjoint(
        (i.code, i.version) for i in before.values()
    )


def test_faults_are_told_where_they_stand() -> None:
    places = {
        ("procedures",): Place("p.json", {"file": "p.json"}),
        ("procedures", 1, "title"): Place("line 3", {"line": "3"}),
    }
    assert place_of(("procedures", 1, "title"), places).facts == {"line": "3"}
    assert place_of(("procedures", 2, "records", 0), places).text == "p.json"
    assert place_of(("record_types", 2, "code"), places).text == "record_types[2].code"
    assert place_of((), {}).facts == {"path": "$"}
    faults = [Fault(FaultCode.MISSING, ("procedures", 1, "title", n), f"fault {n}") for n in range(12)]
    error = DraftError(faults, places)
    assert str(error).startswith("line 3: fault 0; line 3: fault 1; ")
    assert str(error).endswith("fault 9; and 2 more")
    assert error.facts == {"rule": "MISSING", "line": "3", "faults": "12"}


def test_a_digest_is_of_what_is_said() -> None:
    assert Draft((BIRTH, LAND)).digest == Draft((LAND, replace(BIRTH, version=3))).digest
    assert Draft((BIRTH, LAND)).digest != Draft((LAND, LATER)).digest


FACTORS = [Factor.FINGERPRINT, Factor.IDENTITY_CARD, Factor.PIN]
ENOUGH = {
    Assurance.SINGLE_BIOMETRIC: {"f", "fc", "fp", "fcp"},
    Assurance.LEVEL_1: {"c", "p", "cp", "fc", "fp", "fcp"},
    Assurance.LEVEL_2: {"cp", "fc", "fp", "fcp"},
    Assurance.LEVEL_3: {"fc", "fp", "fcp"},
    Assurance.LEVEL_4: {"fcp"},
}


@pytest.mark.parametrize("required", Assurance)
def test_what_reaches_what(required: Assurance) -> None:
    for shown in product([False, True], repeat=3):
        factors = {factor for factor, is_shown in zip(FACTORS, shown, strict=True) if is_shown}
        if factors:
            letters = "".join(letter for letter, is_shown in zip("fcp", shown, strict=True) if is_shown)
            assert reaches(acr_of(factors), required) is (letters in ENOUGH[required])
    assert reaches(required.acr, required)
    assert Assurance.SINGLE_BIOMETRIC.acr == SINGLE_BIOMETRIC
