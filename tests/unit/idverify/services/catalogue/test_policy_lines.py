"""Every line of the catalogue: a counter gets what it says, no more and no less, and a line changed is noticed.

The oracle reads the JSON of the catalogue by itself, and knows nothing of the service's code.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.catalogue.content import CatalogueContent, Origin, Revision
from idverify.domain.catalogue.drafts import FileFormat
from idverify.domain.errors import DomainError
from idverify.domain.model import Consent, ConsentGiven, ConsentGiver, ConsentManner, Entitlement, Language
from idverify.records.catalogue import LiveCatalogue
from idverify.records.exchange.formats import CatalogueFiles
from idverify.services.verification import Verified
from tests.fakes import FakeClock, sample
from tests.places import REPOSITORY
from tests.service_kit import AN, Answers, World
from tests.unit.idverify.records.test_catalogue import VALID

FOLDER = REPOSITORY / "idverify" / "catalogue"
TODAY = date(2026, 1, 5)
RECORDS: dict[str, dict[str, Any]] = {
    **VALID,
    "civil_status_birth": {**VALID["civil_status_birth"], "birth_date": "1984-02-01"},
}
ASKING: dict[str, Any] = {
    "code": "2.000001",
    "title": "Thủ tục hỏi tuổi",
    "agency": "Ủy ban nhân dân cấp xã",
    "target_fmr": 1e-4,
    "valid_from": "2026-01-05",
    "valid_until": "2026-01-05",
    "legal_basis": "Luật thử nghiệm",
    "records": [
        {
            "record_type": "identity",
            "fields": ["full_name", "nationality"],
            "predicates": ["age_at_least(birth_date, 41)", "age_at_least(card_issue_date, 1)", 'equals(sex, "F")'],
            "required": True,
            "field_assurance": {"card_issue_date": "level-3", "nationality": "level-3"},
            "replaced_paper": "Bản sao thẻ căn cước",
        },
        {
            "record_type": "civil_status_marriage",
            "predicates": ['one_of(status, "single", "married")', "present(spouse_name)", "present(ended_date)"],
            "required": False,
            "replaced_paper": "Giấy xác nhận tình trạng hôn nhân",
        },
    ],
}


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


TYPES = [read(file.name) for file in sorted(FOLDER.glob("record_type.*.json"))]
PROCEDURES: list[dict[str, Any]] = [*read("procedures.json")["procedures"], ASKING]
TITLES = {kind["code"]: kind["title"] for kind in TYPES}


@dataclass(frozen=True)
class Told:
    """What a counter is told; the same from the oracle and from the service, or something is wrong."""

    target_fmr: float
    law: str
    records: list[tuple[str, dict[str, Any]]]
    papers: list[str]
    missing: list[tuple[str, str, str]]
    refused: dict[tuple[str, str], str]


@dataclass(frozen=True)
class Consented:
    """Whether the citizen agreed, and to what: types of records; None: as somebody else keeps it."""

    ref: str = ""
    to: frozenset[str] | None = None


NOT_ASKED, ELSEWHERE = Consented(), Consented("phieu-7")
TO_ALL, TO_IDENTITY = Consented("all", frozenset(RECORDS)), Consented("identity", frozenset({"identity"}))


# --- the oracle ------------------------------------------------------------------------------------------------------


def expected(procedure: dict[str, Any], given: set[str], consent: Consented) -> Told:
    """What the lines of a procedure say, to a client that is given some record types, by a fingerprint alone."""
    records, papers, missing = [], [], []
    refused: dict[tuple[str, str], str] = {}
    for line in procedure["records"]:
        kind, content = line["record_type"], RECORDS[line["record_type"]]
        names = [*line.get("fields", []), *line.get("predicates", [])]
        against = {name: cause for name in names if (cause := cause_of(procedure, line, name, given, consent))}
        told = {
            name: truth_of(name, content) if "(" in name else content[name]
            for name in names
            if name not in against and ("(" in name or name in content)
        }
        if len(against) < len(names):
            records.append((kind, told))
        if not against:
            papers.append(line["replaced_paper"])
        elif line["required"]:
            missing.append((kind, TITLES[kind], line["replaced_paper"]))
        refused |= {(kind, name): cause for name, cause in against.items()}
    return Told(procedure["target_fmr"], procedure.get("legal_basis", ""), records, papers, missing, refused)


def cause_of(
    procedure: dict[str, Any], line: dict[str, Any], name: str, given: set[str], consent: Consented
) -> str | None:
    """What speaks against telling one thing."""
    if line["record_type"] not in given:
        return "NOT_ENTITLED"
    if not procedure.get("legal_basis"):
        if not consent.ref:
            return "CONSENT_MISSING"
        if consent.to is not None and line["record_type"] not in consent.to:
            return "CONSENT_SCOPE"
    field = re.split(r"[(,)]", name)[1] if "(" in name else name
    return "ASSURANCE" if line.get("field_assurance", {}).get(field, "").startswith("level-") else None


def truth_of(text: str, content: dict[str, Any]) -> bool | None:
    name, inner = re.fullmatch(r"(\w+)\((.*)\)", text).groups()  # type: ignore[union-attr]
    field, *arguments = inner.split(", ")
    if name == "present":
        return field in content
    if field not in content:
        return None
    if name == "age_at_least":
        born = date.fromisoformat(content[field])
        return born.replace(year=born.year + int(arguments[0])) <= TODAY
    return content[field] in [json.loads(argument) for argument in arguments]


# --- the service -----------------------------------------------------------------------------------------------------


class Office:
    """A counter that asks about An, of whom every register has a record."""

    def __init__(self, folder: Path) -> None:
        self.live = LiveCatalogue(lambda: TODAY)
        self.world = World(folder, catalogue=self.live)
        self.revision = 0
        self.hold(PROCEDURES)
        self.subject_id = self.world.enrol(AN, [sample(f"{AN}/RIGHT_INDEX/80")])
        for kind, content in RECORDS.items():
            self.world.put(AN, kind, json.dumps(content, ensure_ascii=False))

    def hold(self, procedures: list[dict[str, Any]]) -> None:
        """Take a catalogue in as it is written."""
        self.revision += 1
        whole = json.dumps({"record_types": TYPES, "procedures": procedures}).encode()
        draft = CatalogueFiles().read(FileFormat.JSON, whole)
        revision = Revision(self.revision, FakeClock().now(), "", Origin.IMPORT, "")
        self.live.hold(CatalogueContent().with_revision(revision, draft.items))

    def consent_ref(self, code: str, consent: Consented) -> str:
        """Return what names a consent, having it kept where this service keeps it."""
        if consent.to is None:
            return consent.ref
        ref = f"{code}-{consent.ref}"
        given = ConsentGiven(
            "consent-1", Language.VI, "0" * 64, ConsentManner.SPOKEN, ConsentGiver.CITIZEN, "", datetime.now(UTC)
        )
        with self.world.store.transaction() as uow:
            if uow.consents.get(ref) is None:
                uow.consents.add(Consent(ref, self.subject_id, "counter-7", code, tuple(sorted(consent.to)), given))
        return ref

    def told(self, code: str, given: set[str], consent: Consented) -> Told | str:
        """Verify An for a procedure; return what is told, or why nothing is."""
        call = self.world.call("Verify", procedure_code=code, consent_ref=self.consent_ref(code, consent))
        entitled = (Entitlement(code, frozenset(given)),)
        answers = Answers()
        try:
            self.world.verification.verify(
                replace(call, caller=replace(call.caller, entitlements=entitled)),
                AN,
                [sample(f"{AN}/RIGHT_INDEX/80")],
                None,
                answers,
            )
        except DomainError as error:
            return error.reason.code
        verified: Verified = answers.given[-1]
        assert verified.disclosure is not None
        return Told(
            verified.operating_point.target_fmr,
            verified.disclosure.legal_basis,
            [(record.record_type, json.loads(record.json)) for record in verified.disclosure.records],
            list(verified.disclosure.replaced_papers),
            [(missing.record_type, missing.title, missing.paper) for missing in verified.disclosure.missing],
            {
                (outcome.record_type, line.name): verdict.value
                for outcome in verified.disclosure.outcomes
                for verdict, lines in outcome.refused().items()
                for line in lines
            },
        )

    def differs(self, procedure: dict[str, Any]) -> bool:
        """Tell whether a counter notices that the catalogue does not say what the oracle read."""
        everything, code = set(RECORDS), procedure["code"]
        ways = ((everything, ELSEWHERE), (everything, NOT_ASKED), (set[str](), ELSEWHERE))
        return any(self.told(code, *way) != expected(procedure, *way) for way in ways)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office(tmp_path_factory.mktemp("policy"))
    yield office
    office.world.store.close()


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure["code"])
def test_a_counter_gets_exactly_what_the_lines_say(office: Office, procedure: dict[str, Any]) -> None:
    office.hold(PROCEDURES)
    for given in (set(RECORDS), set(), *({kind} for kind in RECORDS)):
        assert office.told(procedure["code"], given, ELSEWHERE) == expected(procedure, given, ELSEWHERE)


@pytest.mark.parametrize("consent", [NOT_ASKED, TO_ALL, TO_IDENTITY], ids=lambda consent: consent.ref or "none")
@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure["code"])
def test_consent_counts_where_no_law_is_the_ground(
    office: Office, procedure: dict[str, Any], consent: Consented
) -> None:
    office.hold(PROCEDURES)
    everything = set(RECORDS)
    assert office.told(procedure["code"], everything, consent) == expected(procedure, everything, consent)


def test_the_oracle_knows_yes_no_and_unknown() -> None:
    (_, identity), (_, marriage) = expected(ASKING, set(RECORDS), NOT_ASKED).records
    assert [*identity.values(), *marriage.values()] == ["Nguyễn Văn An", True, False, True, True, False]
    assert truth_of("age_at_least(card_issue_date, 1)", RECORDS["identity"]) is None


# --- every line changed ----------------------------------------------------------------------------------------------


def changed_lines(procedure: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the procedure with one thing changed, every thing in turn."""
    yield "target_fmr", {**procedure, "target_fmr": procedure["target_fmr"] / 10}
    yield "required_assurance", {**procedure, "required_assurance": "level-3"}
    yield "legal_basis", {**procedure, "legal_basis": procedure.get("legal_basis", "") + " khác"}
    yield "-legal_basis", {**procedure, "legal_basis": "" if procedure.get("legal_basis") else "Luật"}
    yield "valid_from", {**procedure, "valid_from": "2026-01-06", "valid_until": "2026-01-06"}
    yield "valid_until", {**procedure, "valid_from": "2026-01-04", "valid_until": "2026-01-04"}
    listed = {line["record_type"] for line in procedure["records"]}
    other = next(kind for kind in RECORDS if kind not in listed)
    extra = {"record_type": other, "fields": [next(iter(RECORDS[other]))], "required": False, "replaced_paper": "x"}
    yield f"+{other}", {**procedure, "records": [*procedure["records"], extra]}
    for place, line in enumerate(procedure["records"]):
        yield f"-{line['record_type']}", with_line(procedure, place, None)
        for what, changed in changed_line(line):
            yield f"{line['record_type']}.{what}", with_line(procedure, place, changed)


def changed_line(line: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    content = RECORDS[line["record_type"]]
    fields, predicates = line.get("fields", []), line.get("predicates", [])
    yield "required", {**line, "required": not line["required"]}
    yield "replaced_paper", {**line, "replaced_paper": line["replaced_paper"] + " "}
    asked = {re.split(r"[(,)]", text)[1] for text in predicates}
    higher = line.get("field_assurance", {})
    for name in {*fields, *asked} - set(higher):
        yield f"{name} level-3", {**line, "field_assurance": {**higher, name: "level-3"}}
    for name in higher:
        lower = {other: level for other, level in higher.items() if other != name}
        yield f"-{name} {higher[name]}", {**line, "field_assurance": lower}
    for name in content:
        if name not in fields and name not in asked:
            yield f"fields +{name}", {**line, "fields": [*fields, name]}
            yield f"predicates +{name}", {**line, "predicates": [*predicates, f"present({name})"]}
    for name in fields:
        left = [other for other in fields if other != name]
        if name in content and (left or predicates):
            others = {field: level for field, level in higher.items() if field != name}
            yield f"fields -{name}", {**line, "fields": left, "field_assurance": others}
        yield f"{name} asked", {**line, "fields": left, "predicates": [*predicates, f"present({name})"]}
    for place, text in enumerate(predicates):
        left = [*predicates[:place], *predicates[place + 1 :]]
        about = re.split(r"[(,)]", text)[1]
        beside = {name: level for name, level in higher.items() if name != about}
        yield f"-{text}", {**line, "predicates": left, "field_assurance": beside}
        yield f"~{text}", {**line, "predicates": [*left, f'equals({about}, "other")']}


def with_line(procedure: dict[str, Any], place: int, line: dict[str, Any] | None) -> dict[str, Any]:
    changed = copy.deepcopy(procedure)
    changed["records"][place : place + 1] = [] if line is None else [line]
    return changed


@pytest.mark.slow
@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda procedure: procedure["code"])
def test_every_line_that_is_changed_is_noticed(office: Office, procedure: dict[str, Any]) -> None:
    others = [other for other in PROCEDURES if other is not procedure]
    unnoticed, tried = [], 0
    for what, changed in changed_lines(procedure):
        tried += 1
        office.hold([*others, changed])
        if not office.differs(procedure):
            unnoticed.append(what)
    assert unnoticed == []
    assert tried > 6 + 4 * len(procedure["records"])
    office.hold(PROCEDURES)
    assert not office.differs(procedure)
