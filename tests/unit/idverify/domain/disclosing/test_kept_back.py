"""What a clerk is told who is kept from a field: which factor is missing, and by what step it is taken."""

from __future__ import annotations

import pytest

from idverify.domain.assurance import BY_FINGER, Assurance, Factor
from idverify.domain.disclosing.guidance import TOLD, kept_back_text
from idverify.domain.guidance.language import worded
from idverify.domain.model import RecordAccess, Verdict

PIN, CARD = Factor.PIN, Factor.IDENTITY_CARD
PAPER = worded("disclosing", "kept-back-ASSURANCE")
ACCESS = RecordAccess(
    "identity",
    ("birth_date", "sex"),
    required=True,
    replaced_paper="giấy",
    field_assurance=(("birth_date", Assurance.LEVEL_2), ("sex", Assurance.LEVEL_4)),
)


@pytest.mark.parametrize(
    ("field", "offered", "steps"),
    [
        ("birth_date", {PIN}, {"EnterPin"}),
        ("birth_date", {CARD}, {"AddCardRead"}),
        ("birth_date", {PIN, CARD}, {"EnterPin", "AddCardRead", "PIN (EnterPin) or identity"}),
        ("sex", {PIN, CARD}, {"EnterPin", "AddCardRead", "both PIN"}),
        ("sex", {PIN}, set()),
    ],
)
def test_it_names_the_factor_and_its_step(field: str, offered: set[Factor], steps: set[str]) -> None:
    text = kept_back_text(ACCESS, Verdict.ASSURANCE, [field], BY_FINGER | offered)
    besides = text.en.removeprefix(PAPER.en)
    assert {
        step for step in ("EnterPin", "AddCardRead", "PIN (EnterPin) or identity", "both PIN") if step in besides
    } == steps
    assert all((step in text.vi) == (step in besides) for step in ("EnterPin", "AddCardRead"))


def test_of_two_fields_the_higher_counts() -> None:
    text = kept_back_text(ACCESS, Verdict.ASSURANCE, ["birth_date", "sex"], frozenset(Factor))
    assert " both " in text.en


def test_where_two_officers_vouch_there_is_the_paper_only() -> None:
    assert kept_back_text(ACCESS, Verdict.ASSURANCE, ["birth_date"], frozenset()) == PAPER


def test_another_cause_has_its_own_words() -> None:
    for verdict in set(TOLD) - {Verdict.ASSURANCE}:
        text = kept_back_text(ACCESS, verdict, ["birth_date"], frozenset(Factor))
        assert text == worded("disclosing", f"kept-back-{verdict.value}")
