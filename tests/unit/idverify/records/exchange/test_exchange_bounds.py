"""Files that are small and ask for a lot: refused before it is done."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from idverify.domain.catalogue.content import state_of
from idverify.domain.catalogue.drafts import MOST_SOUGHT, FileFormat
from idverify.domain.errors import DomainError, Reason
from idverify.records.exchange import workbook
from idverify.records.exchange.formats import CatalogueFiles
from idverify.records.exchange.tables import MOST_COLUMNS
from idverify.records.shapes import MOST_MEMBERS

FILES = CatalogueFiles()
MANY = str(MOST_SOUGHT)
HEADER = "code,title,agency,target_fmr,record_type,required,fields,replaced_paper"


def refusal(file_format: FileFormat, data: bytes) -> DomainError:
    with pytest.raises(DomainError) as refused:
        FILES.read(file_format, data)
    assert refused.value.reason is Reason.CATALOGUE_INVALID
    return refused.value


def book(**parts: bytes) -> bytes:
    """Return a workbook, with other text in place of what ends a part: ``styles`` for ``</cellXfs>`` and so on."""
    empty, out = io.BytesIO(), io.BytesIO()
    made = Workbook()
    assert made.active is not None
    made.active.title = "procedures"
    made.save(empty)
    ends = {"styles": b"</cellXfs>", "sheet1": b"</sheetData>", "workbook": b"</sheets>"}
    with zipfile.ZipFile(empty) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data, part = source.read(name), name.rpartition("/")[2].removesuffix(".xml")
            if part in parts:
                data = data.replace(b"<sheetData />", b"<sheetData></sheetData>")
                assert ends[part] in data
                data = data.replace(ends[part], parts[part] + ends[part])
            target.writestr(name, data)
    return out.getvalue()


def unreadable(data: bytes) -> str:
    refused = refusal(FileFormat.XLSX, data)
    assert refused.metadata["rule"] == "UNREADABLE"
    return refused.message


def test_a_workbook_of_many_short_tags_is_refused() -> None:
    assert "tags" in unreadable(book(styles=b"<xf/>" * 150_000))
    assert "tags" in unreadable(book(sheet1=b"<row>" + b"<c/>" * workbook.MOST_TAGS + b"</row>"))


def test_a_part_that_unfolds_is_refused() -> None:
    assert "MiB unpacked" in unreadable(book(styles=b" " * (1 << 20)))
    assert "MiB unpacked" in unreadable(book(sheet1=b" " * workbook.MOST_UNPACKED))


def test_a_sheet_is_not_read_as_often_as_it_is_named() -> None:
    named = b'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" name="procedures"/>'
    assert "no others" in unreadable(book(workbook=named * 10))


def test_an_archive_of_many_parts_or_other_packing_is_refused() -> None:
    many, packed = io.BytesIO(book()), io.BytesIO(book())
    with zipfile.ZipFile(many, "a") as archive:
        for place in range(200):
            archive.writestr(f"xl/media/{place}", b"")
    assert "parts" in unreadable(many.getvalue())
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/media/1", b"")
    assert "Deflate" in unreadable(packed.getvalue())


def procedures(given: list[Any]) -> bytes:
    return json.dumps({"procedures": given}).encode()


def test_what_is_wrong_all_over_is_not_read_to_its_end() -> None:
    refused = refusal(FileFormat.JSON, procedures([{}] * 1000))
    assert refused.metadata == {"rule": "MISSING", "path": "procedures[0].code", "faults": MANY}
    assert "and at least 10 more" in refused.message
    rows = "\n".join([HEADER, *["1.000001,,,x,,x,,"] * 1000])
    assert refusal(FileFormat.CSV, rows.encode()).metadata["faults"] == MANY
    assert (
        refusal(FileFormat.JSON, json.dumps(dict.fromkeys(map(str, range(1000)), 0)).encode()).metadata["faults"]
        == MANY
    )


def test_too_many_members_are_not_looked_at() -> None:
    for kind, most in MOST_MEMBERS.items():
        refused = refusal(FileFormat.JSON, json.dumps({kind: [{}] * (most + 1)}).encode())
        assert refused.metadata == {"rule": "OUT_OF_RANGE", "path": kind, "faults": "1"}
    whole = {"code": "1.000001", "title": "T", "agency": "A", "target_fmr": 1e-4}
    refused = refusal(FileFormat.JSON, procedures([{**whole, "records": [0] * 201}]))
    assert refused.metadata == {"rule": "MALFORMED", "path": "procedures[0].records", "faults": "1"}
    refused = refusal(FileFormat.JSON, procedures([dict.fromkeys(map(str, range(201)), 0)]))
    assert refused.metadata == {"rule": "MALFORMED", "path": "procedures[0]", "faults": "1"}


def test_a_table_of_too_many_columns_is_refused() -> None:
    wide = refusal(FileFormat.CSV, f"{HEADER},{'a,' * MOST_COLUMNS}".encode())
    assert wide.metadata == {"rule": "UNREADABLE", "line": "1", "faults": "1"}
    assert refusal(FileFormat.CSV, f"code{',' * MOST_COLUMNS}".encode()).metadata["rule"] == "MISSING", (
        "cells of nothing"
    )


def test_many_procedures_that_do_not_hold_are_not_all_told() -> None:
    access = {"record_type": "none", "fields": ["a"], "required": True, "replaced_paper": "P"}
    whole = {"title": "T", "agency": "A", "target_fmr": 1e-4, "records": [access]}
    draft = FILES.read(FileFormat.JSON, procedures([{**whole, "code": f"1.{place:06d}"} for place in range(100)]))
    with pytest.raises(DomainError) as refused:
        FILES.require_sound(state_of(draft.items), draft)
    assert (refused.value.metadata["rule"], refused.value.metadata["faults"]) == ("NO_SUCH_RECORD_TYPE", MANY)


def taken(text: str) -> None:
    draft = FILES.read(FileFormat.JSON, text.encode())
    FILES.require_sound(state_of(draft.items), draft)


def test_schemas_that_are_nested_without_end_are_refused() -> None:
    for depth in range(850, 1000, 10):
        nested = '{"not":' * depth + "{}" + "}" * depth
        text = '{"record_types":[{"code":"a","title":"T","owning_agency":"A","json_schema":' + nested + "}]}"
        with pytest.raises(DomainError) as refused:
            taken(text)
        assert refused.value.reason is Reason.CATALOGUE_INVALID
