"""The catalogue as files: what is written is read, and a bad row says where and how it should be."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from idverify.domain.assurance import Assurance
from idverify.domain.catalogue.content import Item, key_of, state_of
from idverify.domain.catalogue.drafts import Draft, FileFormat
from idverify.domain.catalogue.predicates import parse_predicate
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AgencyLevel, Procedure, RecordAccess, RecordType
from idverify.records.exchange import workbook
from idverify.records.exchange.formats import CatalogueFiles
from idverify.records.files import load_files
from tests.catalogue_kit import LATER, WHOLE

FILES = CatalogueFiles()
PACKAGE = load_files().items
PROCEDURES = [item for item in PACKAGE if isinstance(item, Procedure)]
TYPES = [item for item in PACKAGE if isinstance(item, RecordType)]
ONE = replace(WHOLE, code="1.001190", title="=Thủ tục; số một", legal_basis="Điều 1\nĐiều 2")


def refusal(file_format: FileFormat, data: bytes) -> DomainError:
    with pytest.raises(DomainError) as refused:
        FILES.read(file_format, data)
    assert refused.value.reason is Reason.CATALOGUE_INVALID
    return refused.value


def said(items: list[Item]) -> dict[Any, Item]:
    return {key_of(item): item for item in items}


@pytest.mark.parametrize("file_format", [FileFormat.JSON, FileFormat.XLSX])
def test_the_packages_catalogue_is_written_and_read(file_format: FileFormat) -> None:
    draft = FILES.read(file_format, FILES.write(file_format, [*PACKAGE, ONE]))
    assert said(list(draft.items)) == said([*PACKAGE, ONE])
    FILES.require_sound(state_of(PACKAGE), Draft(tuple(PACKAGE)))


@pytest.mark.parametrize("items", [[*PROCEDURES, ONE, LATER], TYPES], ids=["procedures", "record types"])
def test_csv_holds_a_table(items: list[Item]) -> None:
    written = FILES.write(FileFormat.CSV, items)
    assert written.startswith("\ufeff".encode()), "so that spreadsheets know UTF-8"
    assert said(list(FILES.read(FileFormat.CSV, written).items)) == said(items)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).map(str.strip)
CELLS = TEXTS.filter(bool)
ACCESSES = st.builds(
    RecordAccess,
    record_type=st.sampled_from(["identity", "land"]),
    fields=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True).map(tuple),
    required=st.booleans(),
    replaced_paper=CELLS,
    predicates=CELLS.map(lambda text: (parse_predicate(f"equals(d, {json.dumps(text)})"),)) | st.just(()),
).flatmap(
    lambda access: st.dictionaries(st.sampled_from(access.fields), st.sampled_from(Assurance)).map(
        lambda levels: replace(access, field_assurance=tuple(sorted(levels.items())))
    )
)
ITEMS = st.builds(
    Procedure,
    code=st.from_regex(r"\A[0-9]\.[0-9]{6}\Z"),
    title=CELLS,
    agency=CELLS,
    target_fmr=st.floats(1e-6, 1e-2),
    records=st.lists(ACCESSES, max_size=2, unique_by=lambda access: access.record_type).map(tuple),
    required_assurance=st.sampled_from(Assurance),
    agency_levels=st.lists(st.sampled_from(AgencyLevel), unique=True).map(tuple),
    legal_basis=TEXTS,
    retention=st.sampled_from(["", "permanent", "P10Y"]),
    valid_from=st.none() | st.dates(),
    valid_until=st.none() | st.just(date.max),
    title_en=st.just("") | CELLS,
)
ITEMS |= ITEMS.map(lambda item: replace(item, exceptions_allowed=True, required_assurance=Assurance.SINGLE_BIOMETRIC))


@settings(max_examples=60)
@given(st.lists(ITEMS, min_size=1, max_size=3, unique_by=key_of), st.sampled_from([FileFormat.JSON, FileFormat.CSV]))
def test_whatever_can_be_said_is_written_and_read(items: list[Item], file_format: FileFormat) -> None:
    assert said(list(FILES.read(file_format, FILES.write(file_format, items)).items)) == said(items)


@given(st.sampled_from(FileFormat), st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(file_format: FileFormat, data: bytes) -> None:
    with suppress(DomainError):
        FILES.read(file_format, data)


HEADER = "code,title,agency,target_fmr,record_type,required,fields,replaced_paper"
ROW = "1.000001,Một,Xã,0.0001,identity,true,full_name; sex,Thẻ"


def csv(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def test_rows_of_one_procedure_follow_each_other() -> None:
    draft = FILES.read(FileFormat.CSV, csv(ROW, ",,,,land,false,parcels,Sổ", "", "1.000001,,,,residence,TRUE,a,Giấy"))
    (procedure,) = draft.items
    assert isinstance(procedure, Procedure)
    assert [(a.record_type, a.required) for a in procedure.records] == [
        ("identity", True),
        ("land", False),
        ("residence", True),
    ]


def test_a_semicolon_between_cells_is_told_from_one_within() -> None:
    data = f"{HEADER}\n{ROW}".replace(";", "|").replace(",", ";").replace("full_name| sex", '"full_name; sex"')
    (procedure,) = FILES.read(FileFormat.CSV, data.encode()).items
    assert isinstance(procedure, Procedure)
    assert procedure.records[0].fields == ("full_name", "sex")


@pytest.mark.parametrize(
    ("rows", "rule", "line", "column"),
    [
        ([ROW.replace("Một", "")], "MISSING", "2", "title"),
        ([ROW, ROW.replace("1.000001", "1.0001")], "MALFORMED", "3", "code"),
        ([ROW, "", ROW.replace("1.000001", "1.000002").replace("0.0001", "0.5")], "OUT_OF_RANGE", "4", "target_fmr"),
        ([ROW.replace("0.0001", '"0,0001"')], "MALFORMED", "2", "target_fmr"),
        ([ROW.replace("true", "có")], "MALFORMED", "2", "required"),
        ([ROW.replace("full_name; sex", "")], "MISSING", "2", "fields"),
        ([ROW.replace("full_name; sex", "sex; sex")], "TWICE", "2", "fields"),
        ([ROW.replace("identity", "Identity")], "MALFORMED", "2", "record_type"),
        ([ROW, ROW], "TWICE", "3", "record_type"),
        ([ROW, "2.000001,Hai,Xã,0.0001,identity,true,sex,Thẻ", ROW], "TWICE", "4", "code"),
        ([ROW, "1.000001,Hai,,,land,true,parcels,Sổ"], "CONTRADICTS", "3", "title"),
        ([ROW + ",ghi chú"], "UNKNOWN", "2", ""),
        ([ROW, '2.000001,"Hai'], "UNREADABLE", "3", ""),
        ([ROW, '2.000001,"Hai"x,Xã'], "UNREADABLE", "3", ""),
    ],
)
def test_a_bad_row_names_line_and_column(rows: list[str], rule: str, line: str, column: str) -> None:
    facts = refusal(FileFormat.CSV, csv(*rows)).metadata
    assert (facts["rule"], facts["line"], facts.get("column", "")) == (rule, line, column)


def test_a_faulty_cell_hides_no_other_fault() -> None:
    rows = [
        ROW.replace("0.0001", "abc"),
        ",,,,land,có,parcels,Sổ,thừa",
        ROW.replace("1.000001", "1.000002").replace("Một", ""),
        ROW.replace("1.000001", "1.000003").replace("0.0001", "5"),
        ROW.replace("1.000001", "1.000002"),
    ]
    error = refusal(FileFormat.CSV, csv(*rows))
    told = [fault.split(":")[0] for fault in error.message.split("; ")]
    assert told == [
        "line 2, column target_fmr",
        "line 3",
        "line 3, column required",
        "line 4, column title",
        "line 5, column target_fmr",
        "line 6, column code",
    ]
    assert error.metadata == {"rule": "MALFORMED", "line": "2", "column": "target_fmr", "faults": "6"}


@pytest.mark.parametrize("second", [{}, {"title": ""}, {"code": "x"}, {"valid_from": "2026"}, {"a": 1}, None], ids=str)
def test_what_is_there_twice_is_told_beside_other_faults(second: dict[str, Any] | None) -> None:
    first = {"code": "1.000001", "title": "", "agency": "Xã", "target_fmr": 0.0001, "records": []}
    document = {"procedures": [first, second if second is None else first | second]}
    error = refusal(FileFormat.JSON, json.dumps(document).encode())
    known_by_name = second is not None and not {"code", "valid_from"} & set(second)
    assert ("is there twice" in error.message) == known_by_name


def test_every_fault_is_counted_and_the_first_are_told() -> None:
    rows = [ROW.replace("1.000001", f"1.{n:06}").replace("0.0001", "1") for n in range(2, 14)]
    error = refusal(FileFormat.CSV, csv(*rows))
    assert error.metadata["faults"] == "12"
    assert "line 2, column target_fmr: target_fmr: " in error.message
    assert "line 11, column target_fmr" in error.message
    assert error.message.endswith("and 2 more")


@pytest.mark.parametrize(
    ("header", "rule", "column"),
    [
        (HEADER.replace("agency,", ""), "MISSING", "agency"),
        (HEADER + ",fee", "UNKNOWN", "fee"),
        (HEADER + ",code", "TWICE", "code"),
        ("", "MISSING", "code"),
        ("code,title,json_schema", "MISSING", "owning_agency"),
    ],
)
def test_columns_are_known(header: str, rule: str, column: str) -> None:
    facts = refusal(FileFormat.CSV, header.encode()).metadata
    assert (facts["rule"], facts["line"], facts["column"]) == (rule, "1", column)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("sex: level-3; full_name: level-4", ""),
        ("sex", "MALFORMED"),
        ("sex: level-3; sex: level-4", "MALFORMED"),
        ("sex: level-9", "MALFORMED"),
        ("birth_date: level-3", "CONTRADICTS"),
    ],
)
def test_what_a_field_requires_is_looked_at(cell: str, rule: str) -> None:
    data = f"{HEADER},field_assurance\n{ROW},{cell}".encode()
    if rule:
        facts = refusal(FileFormat.CSV, data).metadata
        assert (facts["rule"], facts["line"], facts["column"]) == (rule, "2", "field_assurance")
        return
    (procedure,) = FILES.read(FileFormat.CSV, data).items
    assert isinstance(procedure, Procedure)
    told = (("full_name", Assurance.LEVEL_4), ("sex", Assurance.LEVEL_3))
    assert procedure.records[0].field_assurance == told


@pytest.mark.parametrize(
    ("predicates", "fields", "rule", "column"),
    [
        ("age_at_least(birth_date; 18)", "sex", "MALFORMED", "predicates"),
        ("age_at_least(sex, 18)", "sex", "CONTRADICTS", "predicates"),
        ('"present(a); present(a)"', "sex", "TWICE", "predicates"),
    ],
)
def test_predicates_are_looked_at(predicates: str, fields: str, rule: str, column: str) -> None:
    quoted = predicates if predicates.startswith('"') else f'"{predicates}"'
    data = f"{HEADER},predicates\n{ROW.replace('full_name; sex', fields)},{quoted}".encode()
    facts = refusal(FileFormat.CSV, data).metadata
    assert (facts["rule"], facts["line"], facts["column"]) == (rule, "2", column)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_from": "20260201"}, "valid_from"),
        ({"valid_until": "01/02/2026"}, "valid_until"),
        ({"valid_from": "2026-02-01", "valid_until": "2026-01-31"}, "valid_until"),
        ({"retention": "10 năm"}, "retention"),
        ({"required_assurance": "level-5"}, "required_assurance"),
        ({"agency_levels": "province; district"}, "agency_levels"),
        ({"agency_levels": "province; province"}, "agency_levels"),
        ({"exceptions_allowed": "yes"}, "exceptions_allowed"),
        ({"exceptions_allowed": "true", "required_assurance": "level-3"}, "exceptions_allowed"),
    ],
)
def test_the_later_columns_are_looked_at(change: dict[str, str], column: str) -> None:
    data = f"{HEADER},{','.join(change)}\n{ROW},{','.join(change.values())}".encode()
    assert refusal(FileFormat.CSV, data).metadata["column"] == column


def test_what_does_not_hold_together_is_told_where_it_stands() -> None:
    draft = FILES.read(FileFormat.CSV, csv(ROW, ",,,,tax,true,a,Giấy", ",,,,land,true,gold,Sổ"))
    with pytest.raises(DomainError) as refused:
        FILES.require_sound(state_of([*TYPES, *draft.items]), draft)
    assert refused.value.metadata == {
        "rule": "NO_SUCH_RECORD_TYPE",
        "line": "3",
        "column": "record_type",
        "faults": "2",
    }
    assert "line 4, column fields: procedure 1.000001, record type land: the schema has no field gold" in str(
        refused.value
    )


def test_a_record_type_that_takes_a_field_from_a_procedure_is_refused() -> None:
    (land,) = (kind for kind in TYPES if kind.code == "land")
    schema = json.loads(land.json_schema)
    del schema["properties"]["encumbrances"]
    changed = replace(land, json_schema=json.dumps(schema))
    draft = FILES.read(FileFormat.CSV, FILES.write(FileFormat.CSV, [changed]))
    with pytest.raises(DomainError) as refused:
        FILES.require_sound(state_of([*PROCEDURES, *TYPES, replace(changed, version=2)]), draft)
    facts = refused.value.metadata
    assert (facts["rule"], facts["line"], facts["column"]) == ("NO_SUCH_FIELD", "2", "json_schema")
    assert "procedure 1.004227" in str(refused.value)


def test_json_says_the_path() -> None:
    whole = json.loads(FILES.write(FileFormat.JSON, PACKAGE))
    fields = whole["procedures"][3]["records"][0]["fields"]
    fields.append(7)
    facts = refusal(FileFormat.JSON, json.dumps(whole).encode()).metadata
    assert (facts["rule"], facts["path"]) == ("MALFORMED", f"procedures[3].records[0].fields[{len(fields) - 1}]")
    for data, rule in (
        (b"[]", "UNREADABLE"),
        (b"\xff", "UNREADABLE"),
        (b'{"a": 1, "a": 2}', "UNREADABLE"),
        (b'{"procedures": {}}', "MALFORMED"),
        (b'{"laws": []}', "UNKNOWN"),
    ):
        assert refusal(FileFormat.JSON, data).metadata["rule"] == rule


def book(**sheets: list[list[Any]]) -> bytes:
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_workbook_that_somebody_typed_is_read() -> None:
    header = [*HEADER.split(","), "valid_from", None]
    row: list[Any] = [1.00119, "Một", "Xã", 0.0001, "identity", True, "full_name", "Thẻ", datetime(2026, 1, 2)]  # noqa: DTZ001 - as a workbook has it
    (procedure,) = FILES.read(FileFormat.XLSX, book(procedures=[header, row, [None] * 9])).items
    assert isinstance(procedure, Procedure)
    assert procedure.code == "1.001190", "which a workbook takes for a number"
    assert procedure.valid_from == date(2026, 1, 2)
    assert procedure.records[0].required


def test_a_bad_cell_of_a_workbook_names_its_sheet() -> None:
    facts = refusal(FileFormat.XLSX, book(procedures=[HEADER.split(","), ["1.000001"]])).metadata
    assert facts == {"rule": "MISSING", "sheet": "procedures", "line": "2", "column": "title", "faults": "3"}
    assert refusal(FileFormat.XLSX, book(laws=[["a"]])).metadata["sheet"] == "laws"
    damaged = zipfile.ZipFile(io.BytesIO(buffer := book(procedures=[["code"]])))
    assert damaged.testzip() is None
    assert refusal(FileFormat.XLSX, buffer[:-200]).metadata["rule"] == "UNREADABLE"
    assert refusal(FileFormat.XLSX, b"code,title").metadata["rule"] == "UNREADABLE"


def test_a_workbook_that_unfolds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 1 << 20)
    out = io.BytesIO(book(procedures=[HEADER.split(",")]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * (1 << 20))
    assert "MiB unpacked" in refusal(FileFormat.XLSX, out.getvalue()).message


def test_what_begins_like_a_formula_stays_text() -> None:
    sheet = load_workbook(io.BytesIO(FILES.write(FileFormat.XLSX, [ONE])))["procedures"]
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=Thủ tục; số một", "s")


def test_a_text_that_no_cell_takes_is_not_cut() -> None:
    schema = json.loads(TYPES[0].json_schema) | {"description": "x" * 33_000}
    with pytest.raises(DomainError) as refused:
        FILES.write(FileFormat.XLSX, [replace(TYPES[0], json_schema=json.dumps(schema))])
    assert refused.value.metadata == {"rule": "OUT_OF_RANGE", "sheet": "record_types", "line": "2", "faults": "1"}
