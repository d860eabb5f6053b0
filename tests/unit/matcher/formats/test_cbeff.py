"""BIRs in XML, in JSON, and binary headers before a record: what is read, and what is refused."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import jsonschema
import pytest

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.cbeff import (
    FINGER_IMAGE,
    Bir,
    Quality,
    RegistryId,
    looks_like_bir_xml,
    read_bir_json,
    read_bir_xml,
    write_bir_json,
    write_bir_xml,
)
from matcher.formats.cbeff.binary_header import strip_header
from matcher.formats.cbeff.subtypes import words_for
from matcher.formats.minutiae_record import Quirk
from matcher.formats.records import read_record
from matcher.types import FingerPosition

GOLDEN = Path("tests/golden")
RECORD = (GOLDEN / "two_views.iso").read_bytes()
ANSI = (GOLDEN / "ansi2004.fmr").read_bytes()
TEXT = base64.b64encode(RECORD).decode()
FULL = Bir(
    bdb=RECORD,
    subtype=("Right", "IndexFinger"),
    format=FINGER_IMAGE,
    level="Raw",
    purpose="Enroll",
    quality=Quality(83, RegistryId("HMAC", "SHA-256")),
    created=datetime(2026, 1, 5, 7, 30, 1, 250000, UTC),
    index="0b7a2b1e-6a0b-4a3e-8d53-3c4f0d1c2b3a",
    integrity=True,
    sb=b"\x00\x80\xff",
    others={"EXCEPTION": "false", "SPEC_VERSION": "0.9.5"},
)


def document(inside: str, space: str = 'xmlns="http://standards.iso.org/iso-iec/19785/-3/ed-2/"') -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><BIR {space}>{inside}</BIR>'.encode()


def segment(**changes: object) -> dict[str, object]:
    return {"segments": [{"bdbInfo": {"type": ["Finger"]}, "bdb": TEXT, **changes}]}


def test_what_is_written_as_xml_is_read_again() -> None:
    birs = (FULL, Bir(bdb=b"", encrypted=True, quality=Quality(None, RegistryId("a", "b"), "no finger")), Bir(b"\x00"))
    assert read_bir_xml(write_bir_xml(birs)) == birs


def test_what_is_written_as_json_is_read_again() -> None:
    birs = (FULL, Bir(bdb=b"", encrypted=True, quality=Quality(None, RegistryId("a", "b"), "no finger")), Bir(b"\x00"))
    assert read_bir_json(json.loads(json.dumps(write_bir_json(birs)))) == birs


def test_the_sample_of_mosip_is_read(contracts: Path) -> None:
    page = contracts / "mosip-abis" / "cbeff.md"
    xml = page.read_text().split("#### Sample cbeff xml file")[1].split("```")[1].removeprefix(" xml")
    birs = read_bir_xml(xml.strip().replace("RklSAD...", TEXT).encode())
    assert [bir.position for bir in birs[:10]] == [2, 3, 4, 5, 7, 8, 9, 10, 1, 6]
    assert [bir.modalities for bir in birs[10:]] == [("Face",), ("Iris",), ("Iris",)]
    assert all(bir.bdb == RECORD for bir in birs)
    assert birs[0].created == datetime(2019, 6, 27, 13, 40, 6, 209000, UTC)
    assert birs[0].format == RegistryId("Mosip", "257")
    assert birs[0].quality == Quality(100, RegistryId("HMAC", "SHA-256"))
    assert [bir.position for bir in birs[10:]] == [0, 0, 0]


def test_the_sample_of_the_bio_sdk_is_read(contracts: Path) -> None:
    page = contracts / "mosip-bio-sdk" / "spec_1_0.md"
    text = page.read_text().split("BiometricRecord (sample):")[1].split("```")[1].removeprefix("json")
    (bir,) = read_bir_json(json.loads(text.replace("RklSAD...", TEXT)))
    assert (bir.position, bir.bdb, bir.level) == (FingerPosition.RIGHT_MIDDLE, RECORD, "Raw")
    assert bir.format == FINGER_IMAGE


@pytest.mark.parametrize(
    "space",
    ["", 'xmlns="http://standards.iso.org/iso-iec/19785/-3/ed-2/"', 'xmlns="http://example.org/other/edition/"'],
)
def test_namespaces_vary(space: str) -> None:
    (bir,) = read_bir_xml(document(f"<BIR><BDBInfo><Type>Finger</Type></BDBInfo><BDB>{TEXT}</BDB></BIR>", space))
    assert bir.bdb == RECORD


def test_prefixes_vary() -> None:
    plain = document(f"<BIR><BDBInfo><Type>Finger</Type></BDBInfo><BDB>{TEXT}</BDB></BIR>", "")
    xml = plain.replace(b"</", b"</b:").replace(b"<B", b"<b:B").replace(b"<T", b"<b:T")
    xml = xml.replace(b"<b:BIR ", b'<b:BIR xmlns:b="http://standards.iso.org/iso-iec/19785/-3/ed-2/" ', 1)
    assert read_bir_xml(xml)[0].bdb == RECORD


def test_elements_of_other_namespaces_are_passed_over_with_what_is_in_them() -> None:
    inside = f'<BIR><x:T xmlns:x="t">other<x:BDB>AA</x:BDB><BDB>AA</BDB></x:T><BDB>{TEXT}</BDB></BIR>'
    (bir,) = read_bir_xml(document(inside))
    assert bir.bdb == RECORD


def test_a_long_block_is_read_in_pieces() -> None:
    block = bytes(range(256)) * 4000
    text = base64.b64encode(block).decode()
    for within in (text, f"<![CDATA[{text}]]>"):
        for encoding in ("utf-8", "utf-16"):
            assert read_bir_xml(document(f"<BDB>{within}</BDB>").decode()[38:].encode(encoding))[0].bdb == block


def test_a_bir_without_others_inside_is_one() -> None:
    assert [bir.bdb for bir in read_bir_xml(document(f"<BDB>{TEXT}</BDB>"))] == [RECORD]


def test_utf_16_and_a_mark_of_byte_order_are_read() -> None:
    text = document(f"<BDB>{TEXT}</BDB>").decode().replace("UTF-8", "UTF-16")
    assert read_bir_xml(text.encode("utf-16"))[0].bdb == RECORD
    assert read_bir_xml(b"\xef\xbb\xbf" + document(f"<BDB>{TEXT}</BDB>"))[0].bdb == RECORD


def test_lines_in_base64_and_the_alphabet_of_addresses() -> None:
    block = b"\xfb\xff\xfe" * 40
    lines = "\n  ".join(base64.b64encode(block).decode()[at : at + 64] for at in range(0, 160, 64))
    assert read_bir_xml(document(f"<BDB>{lines}</BDB>"))[0].bdb == block
    assert (
        read_bir_json(segment(bdb=base64.urlsafe_b64encode(block + b"x").decode().rstrip("=")))[0].bdb == block + b"x"
    )


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<BDB>*</BDB>", "BDB is not base64"),
        ("<BDB>AAAAA</BDB>", "BDB is not base64"),
        ("<BDB>AA==</BDB><BDB>AA==</BDB>", "BDB stands twice"),
        ("<BDBInfo><CreationDate>yesterday</CreationDate></BDBInfo>", "CreationDate is not a moment"),
        ("<BDBInfo><Encryption>perhaps</Encryption></BDBInfo>", "Encryption is neither true nor false"),
        ("<BDBInfo><Quality><Score>good</Score></Quality></BDBInfo>", "Score is not a whole number"),
        ("<BDBInfo><Quality><Score>1234567890</Score></Quality></BDBInfo>", "Score is not a whole number"),
        ("<a>" * 20 + "</a>" * 20, "nested more than 16"),
        ("<a/>" * 20_001, "more than 20000 elements"),
        ("<BIR><BDB>AA==</BDB></BIR>" * 101, "more than 100 BIRs"),
        ("<BDB>AA==", "line 1: not well-formed"),
        ("<a " + " ".join(f'a{n}=""' for n in range(60_000)) + "/>", "a tag or a comment of more than"),
        (f"<!--{'-a' * 200_000}-->", "a tag or a comment of more than"),
    ],
)
def test_what_does_not_read_is_refused_by_its_name(inside: str, message: str) -> None:
    with pytest.raises(SampleInvalidError, match=message):
        read_bir_xml(document(inside))


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE BIR [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        b'<!DOCTYPE BIR [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE BIR SYSTEM "http://example.org/a.dtd">',
    ],
)
def test_a_document_type_is_refused_where_it_begins(declaration: bytes) -> None:
    with pytest.raises(SampleInvalidError, match="document type"):
        read_bir_xml(declaration + b"<BIR><BDB>&a;</BDB></BIR>")


def test_a_document_is_told_by_its_beginning() -> None:
    assert looks_like_bir_xml(document(""))
    assert looks_like_bir_xml("<BIR/>".encode("utf-16"))
    assert read_bir_xml(write_bir_xml([Bir(b"x")]).decode().replace("utf-8", "utf-16").encode("utf-16"))[0].bdb == b"x"
    assert looks_like_bir_xml(b"\xef\xbb\xbf \n<!-- - --><c:BIR xmlns:c='x'/>")
    for other in (b"", b"BIR", b"<svg/>", b"<" + b" " * 5000 + b"BIR/>"):
        assert not looks_like_bir_xml(other)


def test_an_unknown_encoding_is_refused() -> None:
    for name in (b"klingon", b"utf-7", b"shift_jis"):
        with pytest.raises(SampleInvalidError):
            read_bir_xml(b'<?xml version="1.0" encoding="' + name + b'"?><BIR>+AGEA</BIR>')


def test_other_xml_is_no_bir_and_too_much_is_not_read() -> None:
    with pytest.raises(SampleFormatUnsupportedError, match="no BIR"):
        read_bir_xml(b"<svg/>")
    with pytest.raises(SampleInvalidError, match="over the limit"):
        read_bir_xml(document(""), limit=10)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ([], "the record is no JSON object"),
        ({"segments": {}}, "segments is no array"),
        ({"segments": [3]}, "a segment is no JSON object"),
        (segment(bdb="*"), "bdb is not base64"),
        (segment(bdb={}), "bdb is neither a text nor an array"),
        (segment(bdb=[256]), "bdb has numbers that are no bytes"),
        (segment(bdb=[-129]), "bdb has numbers that are no bytes"),
        (segment(bdb=[True]), "bdb has numbers that are no bytes"),
        (segment(bdbInfo={"type": [3]}), "type is no text"),
        (segment(bdbInfo={"level": 3}), "level is no text"),
        (segment(bdbInfo={"encryption": "perhaps"}), "encryption is neither true nor false"),
        (segment(bdbInfo={"creationDate": "yesterday"}), "creationDate is not a moment"),
        (segment(bdbInfo={"creationDate": [2026, 13, 1]}), "creationDate is no moment"),
        (segment(bdbInfo={"creationDate": [2026]}), "creationDate is no moment"),
        (segment(bdbInfo={"creationDate": 10**30}), "creationDate is no moment"),
        (segment(bdbInfo={"creationDate": {"date": {}, "time": {}}}), "creationDate is not a whole number"),
        (segment(bdbInfo={"creationDate": {"date": 3}}), "creationDate.date is no JSON object"),
        (segment(bdbInfo={"quality": {"score": 1.5}}), "score is not a whole number"),
        ({"segments": [{"bdb": "AA=="}] * 101}, "more than 100 BIRs"),
    ],
)
def test_json_that_does_not_read_is_refused_by_its_name(record: object, message: str) -> None:
    with pytest.raises(SampleInvalidError, match=message):
        read_bir_json(record)


def test_the_moments_of_java_are_read() -> None:
    expected = datetime(2026, 1, 5, 7, 30, 1, 250000, UTC)
    date = {"year": 2026, "month": 1, "day": 5}
    for value in (
        {"date": date, "time": {"hour": 7, "minute": 30, "second": 1, "nano": 250_000_000}},
        [2026, 1, 5, 7, 30, 1, 250_000_000],
        1767598201250,
        "2026-01-05T07:30:01.250",
        "2026-01-05T14:30:01.250+07:00",
    ):
        assert read_bir_json(segment(bdbInfo={"creationDate": value}))[0].created == expected
    east = Bir(b"", created=datetime(2026, 1, 5, 14, 30, 1, 250000, timezone(timedelta(hours=7))))
    assert read_bir_json(write_bir_json([east]))[0].created == expected


def test_signed_and_unsigned_bytes_and_a_score_of_a_double() -> None:
    assert read_bir_json(segment(bdb=[-1, 255, 0, 70]))[0].bdb == b"\xff\xff\x00F"
    assert read_bir_json(segment(bdbInfo={"quality": {"score": 70.0}}))[0].quality == Quality(70)
    written = write_bir_json([Bir(b"\xff\x00\x7f")])
    assert written["segments"][0]["bdb"] == [-1, 0, 127]  # type: ignore[index]


def test_segments_within_segments_are_read_and_empty_ones_are_none() -> None:
    inner = {"bdb": TEXT, "others": {"EXCEPTION": True}}
    birs = read_bir_json({"segments": [{"birs": [inner, inner]}, {"bdb": "AA==", "birs": None}]})
    assert [bir.bdb for bir in birs] == [RECORD, RECORD, b"\x00"]
    assert birs[0].others == {"EXCEPTION": "true"}
    assert read_bir_json({"segments": None}) == ()


@pytest.mark.parametrize(
    ("subtype", "fingers"),
    [
        (["Right IndexFinger"], (2,)),
        (["Right", "IndexFinger"], (2,)),
        (["left thumb"], (6,)),
        (["Left IndexFinger MiddleFinger RingFinger LittleFinger"], (7, 8, 9, 10)),
        (["Left Right Thumb"], (1, 6)),
        (["UNKNOWN"], ()),
        (["Thumb"], ()),
        (["Left"], ()),
        ([], ()),
    ],
)
def test_which_fingers_a_subtype_names(subtype: list[str], fingers: tuple[int, ...]) -> None:
    (bir,) = read_bir_json(segment(bdbInfo={"type": "FINGER", "subtype": subtype}))
    assert bir.fingers == fingers
    assert bir.position == (fingers[0] if len(fingers) == 1 else FingerPosition.UNKNOWN)


def test_every_finger_has_its_words() -> None:
    for position in FingerPosition:
        bir = Bir(b"", subtype=words_for(position))
        assert bir.position is position
    assert Bir(b"", modalities=("Iris",), subtype=("Left", "Thumb")).fingers == ()


def test_the_schema_of_the_bio_sdk_takes_what_is_written(contracts: Path) -> None:
    schema = json.loads((contracts / "mosip-bio-sdk" / "ExtractTemplateResponseSchema.json").read_text())
    record = schema["properties"]["response"]["properties"]["response"]
    jsonschema.Draft201909Validator(record).validate(write_bir_json([FULL, FULL]))
    jsonschema.Draft201909Validator(record).validate(write_bir_json([replace(FULL, sb=b"", bdb=b"")]))


def test_a_text_that_xml_cannot_carry_is_not_written() -> None:
    with pytest.raises(SampleInvalidError, match="cannot carry"):
        write_bir_xml([Bir(b"", index="\x00")])


def piv(record: bytes, signature: bytes = b"") -> bytes:
    """A record in the header of a PIV card (NIST SP 800-76-1, table 7)."""
    fixed = struct.pack(">BBIHHH", 3, 13, len(record), len(signature), 0x001B, 0x0201)
    return (fixed + bytes(24) + b"\x00\x00\x08" + bytes(49)).ljust(88, b"\x00") + record + signature


def bio_api(record: bytes) -> bytes:
    """A record in the header of BioAPI 1.1 (NISTIR 6529-A, patron format B), in the byte order of a PC."""
    return struct.pack("<IBBHHbBI", 16 + len(record), 1, 4, 0x0101, 2, -1, 4, 8) + record


@pytest.mark.parametrize(
    ("data", "record", "stated"),
    [
        (piv(ANSI), ANSI, (0x001B, 0x0201)),
        (piv(ANSI, b"signature" * 30), ANSI, (0x001B, 0x0201)),
        (bio_api(RECORD), RECORD, (0x0101, 2)),
        (b"\x01\x01\x00\x02\x00\x00" + RECORD + b"signature", RECORD, (0x0101, 2)),
        (b"\x01\x01\x00\x02\x00\x00" + ANSI + b"signature", ANSI, (0x0101, 2)),
        (b"\x01\x01\x00\x1d\x00\x00" + RECORD, RECORD, (0x0101, 29)),
    ],
)
def test_headers_before_a_record_are_stripped(data: bytes, record: bytes, stated: tuple[int, int]) -> None:
    stripped = strip_header(data)
    assert stripped is not None
    assert (stripped.record, (stripped.owner, stripped.type)) == (record, stated)
    assert data[stripped.offset :].startswith(record)
    read = read_record(data)
    assert read.warnings[0].quirk is Quirk.HEADER_BEFORE
    assert len(read.views) == len(read_record(record).views)


@pytest.mark.parametrize(
    "data",
    [
        RECORD,
        b"",
        b"\x01\x01\x00\x02",
        b"\x01\x01\x00\x02" + bytes(260) + RECORD,
        b"\x02\x02\x00\x02" + RECORD,
        b"\x01\x01\x00\x02FMR\x00" + bytes(30),
    ],
)
def test_other_bytes_have_no_header(data: bytes) -> None:
    assert strip_header(data) is None


def test_a_record_behind_a_header_that_is_cut_is_refused_by_its_reader() -> None:
    with pytest.raises(SampleInvalidError, match="truncated"):
        read_record(b"\x01\x01\x00\x02" + RECORD[:60])


def test_reading_leaves_what_is_read_as_it_was() -> None:
    record = write_bir_json([Bir(b"FMR"), Bir(b"FIR")])
    assert read_bir_json(record) == read_bir_json(record)
