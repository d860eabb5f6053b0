"""What the counter makes of numbers, records and files that are refused: its modules, in Node."""

from __future__ import annotations

import json

from tests.page.modules import module, said_by_node
from tests.places import REPOSITORY

IMPORTS = f"""
import {{ grouped, numberOf }} from "{module("counter/number.js")}";
import {{ described, shown, whence }} from "{module("counter/records.js")}";
import {{ fileWords }} from "{module("counter/file_words.js")}";
import {{ moment }} from "{module("shell/texts.js")}";
const say = (value) => console.log(JSON.stringify(value));
"""
TYPES = REPOSITORY / "idverify" / "catalogue"


def test_a_number_is_taken_as_people_write_it() -> None:
    written = ["027 199 000 101", "027.199.000.101\t", "027\u00a0199\u2013000-101", "012 345 678", "1234567890123456"]
    whole = ["027199000101", "027 199 000 101"]
    script = "say(given.map((typed) => [numberOf(typed), grouped(numberOf(typed))]));"
    said = said_by_node(IMPORTS + script, written)
    assert said == [whole, whole, whole, ["012345678", "012 345 678"], ["1234567890123456"] * 2]


def test_records_are_told_in_words_and_dates_as_people_write_them() -> None:
    types = [json.loads(path.read_text("utf-8")) for path in sorted(TYPES.glob("record_type.*.json"))]
    fields = {
        f"{each['code']}.{name}": own for each in types for name, own in each["json_schema"]["properties"].items()
    }
    script = """
    const told = Object.fromEntries(Object.entries(given).map(([name, own]) => [name, described(own)]));
    const codes = Object.fromEntries(Object.keys(given).filter((name) => given[name].enum).map((name) =>
      [name, [told[name].label, ...given[name].enum.map((code) => shown(code, given[name]))]]));
    const dates = ["1999-05-01", "1999"].map((date) => shown(date, given["identity.birth_date"]));
    say([codes, ...dates, moment("2026-11-26T16:18:00Z")()]);
    """
    codes, born, year, until = said_by_node(IMPORTS + script, fields)
    assert codes["identity.sex"] == ["Giới tính", "sex-M", "sex-F"], "by the texts of the page"
    assert codes["civil_status_marriage.status"][:3] == ["Tình trạng", "chưa kết hôn", "đang có vợ hoặc chồng"]
    assert all(words not in fields[name]["enum"] for name, said in codes.items() for words in said)
    assert (born, year) == ("01/05/1999", "1999")
    assert "26/11/2026" in until
    assert "23:18" in until


def test_a_record_says_where_it_comes_from_and_how_old_it_is() -> None:
    at, asked = "2026-01-05T02:00:00Z", "2026-01-05T03:00:00Z"
    records = [
        {"source": "RECORD_SOURCE_ENROLMENT", "updateTime": at},
        {"source": "RECORD_SOURCE_REGISTER", "updateTime": at},
        {"source": "RECORD_SOURCE_OWNER", "updateTime": at, "provenance": {"receiveTime": asked, "cached": False}},
        {"source": "RECORD_SOURCE_OWNER", "updateTime": at, "provenance": {"receiveTime": asked, "cached": True}},
    ]
    said = said_by_node(IMPORTS + "say(given.map((record) => whence(record)()));", records)
    assert said == [f"whence-{whence}" for whence in ("enrolment", "register", "owner", "kept")]


def test_what_is_wrong_with_a_file_is_not_told_of_a_scanner() -> None:
    refused = [
        ["SAMPLE_FORMAT_UNSUPPORTED", {}, 5],
        ["SAMPLE_INVALID", {}, 5],
        ["SAMPLE_INVALID", {"cause": "EXTENT"}, 5],
        ["SAMPLE_INVALID", {}, 0],
        ["REQUEST_TOO_LARGE", {"limit_bytes": "8388608"}, 5],
        ["SAMPLE_RESOLUTION_UNKNOWN", {}, 5],
        ["SERVER_BUSY", {}, 5],
    ]
    script = """
    const led = [];
    const told = given.map(([reason, metadata, size]) =>
      fileWords({ reason, metadata }, { blob: { size } }, { focus: () => led.push(reason) })?.() ?? null);
    setTimeout(() => say([told, led]), 5);
    """
    told, led = said_by_node(IMPORTS + script, refused)
    assert told == ["file-no-image", "file-invalid", None, "file-empty", "file-too-large", "file-resolution", None]
    assert led == ["SAMPLE_RESOLUTION_UNKNOWN"], "its list is the way out"
