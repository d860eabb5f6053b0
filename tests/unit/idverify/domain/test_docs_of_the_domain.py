"""What the pages promise is what the code does."""

from __future__ import annotations

import re
from dataclasses import replace

from idverify.domain.assurance import LEVELS, NO_BIOMETRIC, SINGLE_BIOMETRIC
from idverify.domain.catalogue.drafts import FaultCode
from idverify.domain.claims import assertion_claims
from idverify.domain.factors.shown import CardShown
from idverify.domain.model import PredicateKind
from idverify.records.catalogue import load_catalogue
from idverify.records.shapes import AccessShape, ProcedureShape
from idverify.trust.signing import ASSERTION_TYPE
from idverify.trust.signing_keys import ALGORITHM
from tests.places import DOCS
from tests.unit.idverify.domain.test_disclosure_rules import COMPARED, GIVEN, VOUCHED


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_claim_is_documented() -> None:
    claims = assertion_claims(GIVEN).as_dict()
    vouched = assertion_claims(replace(GIVEN, ground=VOUCHED)).as_dict()
    carded = assertion_claims(replace(GIVEN, ground=replace(COMPARED, card=CardShown("CSCA", "0" * 64)))).as_dict()
    names = {name for name in (*claims, *vouched, *carded) if name != "bio"} | {f"bio.{name}" for name in claims["bio"]}
    table = page("assertion.md").partition("## Claims")[2].partition("The citizen number")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for cell in cells for name in re.findall(r"`([\w.]+)`", cell)} == names


def test_header_and_levels_are_documented() -> None:
    text = page("assertion.md")
    for value in (ALGORITHM, ASSERTION_TYPE, SINGLE_BIOMETRIC, NO_BIOMETRIC, *LEVELS.values()):
        assert f"`{value}`" in text


def test_the_seed_record_types_are_listed() -> None:
    section = page("procedures.md").partition("Seed:")[2].partition("##")[0]
    assert re.findall(r"`(\w+)`", section) != []
    assert set(re.findall(r"`(\w+)`", section)) == {kind.code for kind in load_catalogue().record_types()}


def test_every_fault_of_a_catalogue_is_explained() -> None:
    section = page("procedures.md").partition("### What can be wrong")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)} == {code.name for code in FaultCode}


def test_every_predicate_and_member_of_a_procedure_is_explained() -> None:
    text = page("procedures.md")
    for kind in PredicateKind:
        assert f"| `{kind.value}(" in text
    for name in (*ProcedureShape.model_fields, *(f"records[].{name}" for name in AccessShape.model_fields)):
        assert name == "records" or f"`{name}`" in text, name
