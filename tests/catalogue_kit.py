"""A small catalogue for tests: one procedure that says little, one that says everything, a record type."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from idverify.domain.assurance import Assurance
from idverify.domain.catalogue.predicates import parse_predicate
from idverify.domain.model import AgencyLevel, Procedure, RecordAccess, RecordType

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PARCELS = parse_predicate("present(parcels)")
IDENTITY = RecordAccess("identity", ("full_name",), required=True, replaced_paper="Thẻ", predicates=())
BIRTH = Procedure("1.001193", "Khai sinh", "Xã", 1e-4, (IDENTITY,))
LATER = replace(BIRTH, valid_from=date(2027, 1, 1), target_fmr=1e-5)
WHOLE = Procedure(
    "1.000001",
    "Thủ tục",
    "Tỉnh",
    1e-5,
    (
        replace(IDENTITY, predicates=(parse_predicate("age_at_least(birth_date, 18)"),)),
        RecordAccess("land", (), required=False, replaced_paper="Sổ", predicates=(PARCELS,)),
    ),
    Assurance.LEVEL_3,
    (AgencyLevel.PROVINCE, AgencyLevel.COMMUNE),
    "Luật Đất đai 2024",
    "P70Y",
    date(2026, 1, 1),
    date(2026, 12, 31),
)  # fmt: skip
LAND = RecordType("land", "Đất", "Sở", '{"type": "object"}', title_en="Land")
