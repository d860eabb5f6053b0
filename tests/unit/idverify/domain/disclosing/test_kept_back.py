"""What a clerk is told who is kept from a field: which factor is missing, and how it is shown."""

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
    ("field", "offered", "step"),
    [
        ("birth_date", {PIN}, "enter their PIN too"),
        ("birth_date", {CARD}, "read the identity card's chip too"),
        ("birth_date", {PIN, CARD}, "PIN or identity card too"),
        ("sex", {PIN, CARD}, "both PIN and identity card"),
        ("sex", {PIN}, ""),
    ],
)
def test_it_names_the_factor_and_its_step(field: str, offered: set[Factor], step: str) -> None:
    text = kept_back_text(ACCESS, Verdict.ASSURANCE, [field], BY_FINGER | offered)
    besides = text.en.removeprefix(PAPER.en)
    assert step in besides
    assert (besides == "") == (step == "") == (text.vi == PAPER.vi)


def test_of_two_fields_the_higher_counts() -> None:
    text = kept_back_text(ACCESS, Verdict.ASSURANCE, ["birth_date", "sex"], frozenset(Factor))
    assert " both " in text.en


def test_where_two_officers_vouch_there_is_the_paper_only() -> None:
    assert kept_back_text(ACCESS, Verdict.ASSURANCE, ["birth_date"], frozenset()) == PAPER


def test_another_cause_has_its_own_words() -> None:
    for verdict in set(TOLD) - {Verdict.ASSURANCE}:
        text = kept_back_text(ACCESS, verdict, ["birth_date"], frozenset(Factor))
        assert text == worded("disclosing", f"kept-back-{verdict.value}")
