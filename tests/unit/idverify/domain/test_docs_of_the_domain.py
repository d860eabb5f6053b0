"""What the pages promise is what the code does."""

from __future__ import annotations

import re

import pytest
from google.rpc import code_pb2

from idverify.domain.assurance import LEVELS, SINGLE_BIOMETRIC
from idverify.domain.claims import assertion_claims
from idverify.domain.errors import DomainError, Reason
from idverify.records.catalogue import load_catalogue
from idverify.rpc.errors import domain_status
from idverify.services.refusing import AUDITED
from idverify.trust.signing import ASSERTION_TYPE
from idverify.trust.signing_keys import ALGORITHM
from tests.places import DOCS
from tests.unit.idverify.domain.test_disclosure_rules import GIVEN


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def documented_status(reason: Reason) -> str:
    """Return the gRPC status that the page gives for a reason: in its row, or in the heading above."""
    heading = ""
    for line in page("errors.md").splitlines():
        if line.startswith("#"):
            heading = line
        if line.startswith(f"| `{reason.code}` |"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            found = re.findall(r"`([A-Z_]+)`", cells[1] if len(cells) == 4 else heading)
            return found[0] if len(found) == 1 else ""
    return ""


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_documented_with_its_status(reason: Reason) -> None:
    status = code_pb2.Code.Name(domain_status(DomainError(reason, "x")).code)
    assert documented_status(reason) == status


def test_no_reason_is_documented_that_does_not_exist() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", page("errors.md"), re.MULTILINE)
    assert sorted(rows) == sorted(reason.code for reason in Reason)


def test_the_audited_refusals_are_listed() -> None:
    section = page("errors.md").partition("## Refusals on the record")[2].partition("Callers who")[0]
    assert set(re.findall(r"`([A-Z_]+)`", section)) - {"REFUSED"} == {reason.code for reason in AUDITED}


def test_every_claim_is_documented() -> None:
    claims = assertion_claims(GIVEN).as_dict()
    names = {name for name in claims if name != "bio"} | {f"bio.{name}" for name in claims["bio"]}
    table = page("assertion.md").partition("## Claims")[2].partition("The citizen number")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for cell in cells for name in re.findall(r"`([\w.]+)`", cell)} == names


def test_header_and_levels_are_documented() -> None:
    text = page("assertion.md")
    for value in (ALGORITHM, ASSERTION_TYPE, SINGLE_BIOMETRIC, *LEVELS.values()):
        assert f"`{value}`" in text


def test_the_seed_record_types_are_listed() -> None:
    section = page("procedures.md").partition("Seed:")[2].partition("##")[0]
    assert re.findall(r"`(\w+)`", section) != []
    assert set(re.findall(r"`(\w+)`", section)) == {kind.code for kind in load_catalogue().record_types()}
