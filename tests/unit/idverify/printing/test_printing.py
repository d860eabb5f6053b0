"""The printed confirmation: PDF/A by its structure, its QR code, its signature by two tools, and what is refused."""

from __future__ import annotations

import builtins
import io
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import segno
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from idverify.client import present, verify_confirmation
from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.language import Text
from idverify.domain.model import Disclosure
from idverify.domain.vouching.slip_numbers import new_slip_number, printed
from idverify.printing import page, wording
from idverify.printing.printer import PdfPrinter, open_printer
from idverify.services.counter.confirmations import Issued, Meant, Wanted
from idverify.services.counter.live import Shown
from idverify.trust.document_key import (
    LIFETIME,
    load_document_key,
    rotate_document_key,
)
from idverify.trust.homes.home import kept
from tests.contract.store_kit import KEYS
from tests.fakes import sample
from tests.service_kit import AN, BIRTH, ISSUER, RESIDENCE, Answers, World, encode, told
from tests.tokens import SoftToken

AGENCY = "H05.12"


class Counter:
    """A citizen who was verified, and a confirmation of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.world = World(folder)
        self.world.enrol(AN)
        self.world.put(AN, "residence", RESIDENCE)
        context: dict[str, Any] = {"procedure_code": BIRTH, "agency_code": AGENCY, "dossier_code": "H22-260105-0001"}
        call = self.world.call("Verify", **context)
        given: Disclosure = told(self.world.verify(AN, [sample(f"{AN}/RIGHT_INDEX/80")], call=call).disclosure)
        answers = Answers()
        wanted = Wanted(Shown(given.assertion.jwt, AN, ""), given.records, None)
        self.world.confirmations.issue(self.world.call("IssueConfirmation", **context), wanted, answers)
        issued: Issued = answers.given[-1]
        self.sd_jwt, self.confirmation_id = issued.sd_jwt, issued.confirmation_id

    def print(self, sd_jwt: str | None = None) -> bytes:
        return self.world.confirmations.print(self.world.call("PrintConfirmation"), sd_jwt or self.sd_jwt)

    def cause(self, sd_jwt: str | None = None) -> tuple[Reason, str]:
        with pytest.raises(DomainError) as error:
            self.print(sd_jwt)
        return error.value.reason, error.value.metadata["cause"]


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    return Counter(tmp_path_factory.mktemp("printing"))


@pytest.fixture(scope="module")
def document(counter: Counter) -> bytes:
    return counter.print()


def text_of(document: bytes) -> str:
    """Return the text as a reader copies it: by poppler, where it is there."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext here: run under .ci/with-verifiers")
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, timeout=60, check=True
    )
    return done.stdout.decode()


def test_it_is_pdf_a_2u_by_its_structure(document: bytes) -> None:
    """What veraPDF would ask of a page like this; veraPDF itself is not packaged for Debian or PyPI."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        metadata = pdf.open_metadata()
        assert metadata.pdfa_status == "2U"
        assert not pdf.is_encrypted
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert int(intent.DestOutputProfile.N) == 3
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
        assert pdf.Root.Lang == "vi"
        assert pdf.trailer.ID is not None
        for forbidden in ("/JavaScript", "/EmbeddedFiles", "/XFA"):
            assert forbidden not in document.decode("latin-1")
        for sheet in pdf.pages:
            for font in sheet.Resources.Font.values():
                (inner,) = font.DescendantFonts
                assert font.Encoding == "/Identity-H"
                assert "/CIDToGIDMap" in inner
                assert len(inner.FontDescriptor.FontFile2.read_bytes()) > 1000
                assert "/ToUnicode" in font
            for annotation in sheet.get("/Annots", []):
                assert int(annotation.F) & 0b111 == 0b100, "printed, not hidden, not invisible"


def test_it_says_in_vietnamese_what_was_confirmed(counter: Counter, document: bytes) -> None:
    text = " ".join(text_of(document).split())
    named = (counter.confirmation_id, AGENCY, "H22-260105-0001", "vân tay")
    for said in ("Độc lập - Tự do - Hạnh phúc", "XÁC NHẬN XÁC THỰC DANH TÍNH", *named):
        assert said in text
    assert "15:00 ngày 05/01/2026" in text  # 8 o'clock UTC
    assert "Bắc Ninh" in text
    assert counter.world.catalogue.procedure(BIRTH).title in text
    less = counter.print(present(counter.sd_jwt, []))
    assert "Bắc Ninh" not in text_of(less)


def test_its_code_holds_the_confirmation(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def make(content: str, **how: Any) -> Any:
        made.append(content)
        return real(content, **how)

    real = segno.make
    monkeypatch.setattr(segno, "make", make)
    counter.print()
    bare = present(counter.sd_jwt, [])
    assert made == [counter.sd_jwt if len(counter.sd_jwt) <= page.QR_BYTES else bare]
    assert len(bare) < 1600
    assert real("a" * page.QR_BYTES, error="l", boost_error=False).version == 40
    monkeypatch.setattr(page, "QR_BYTES", len(bare))
    assert page.qr_content(counter.sd_jwt) == bare


@pytest.mark.slow
def test_a_scanner_reads_the_code_and_what_it_reads_is_verified(counter: Counter, tmp_path: Path) -> None:
    if shutil.which("zbarimg") is None or shutil.which("pdftoppm") is None:
        pytest.skip("no zbarimg or pdftoppm here: run under .ci/with-verifiers")
    file = tmp_path / "xac-nhan.pdf"
    keys, listed = counter.world.signer.key_set()[0], counter.world.confirmations.status_list(0)
    shown = present(counter.sd_jwt, ["bio", "records/residence", "attributes/residence/permanent_address"])
    file.write_bytes(counter.print(shown))
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", "-singlefile", file, file], timeout=60, check=True)
    scan = ["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", f"{file}.png"]
    read = subprocess.run(scan, capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    assert read == shown
    now = counter.world.clock.now().timestamp()
    assert verify_confirmation(read, keys, listed, issuer=ISSUER, now=now)["jti"] == counter.confirmation_id


def test_the_signature_holds_and_covers_the_whole_file(counter: Counter, document: bytes) -> None:
    (certificate,) = counter.world.printer.certificates()
    trusted = ValidationContext(
        trust_roots=[x509.Certificate.load(pem.unarmor(certificate.encode())[2])], moment=counter.world.clock.now()
    )
    (signature,) = PdfFileReader(io.BytesIO(document)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    status = validate_pdf_signature(signature, trusted)
    assert (status.intact, status.valid, status.coverage) == (True, True, SignatureCoverageLevel.ENTIRE_FILE)
    assert status.pkcs7_signature_mechanism == "sha256_ecdsa"
    place = len(document) // 3
    broken = document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :]
    (signature,) = PdfFileReader(io.BytesIO(broken)).embedded_signatures
    assert not validate_pdf_signature(signature, trusted).intact


def test_poppler_agrees(document: bytes, tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("no pdfsig here: run under .ci/with-verifiers")
    file = tmp_path / "xac-nhan.pdf"

    def said(content: bytes) -> str:
        file.write_bytes(content)
        return subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, timeout=60, check=False).stdout

    good = said(document)
    assert "Signature Validation: Signature is Valid." in good
    assert "Total document signed" in good
    assert "SHA-256" in good
    assert "ETSI.CAdES.detached" in good
    place = len(document) // 3
    assert "Signature is Valid" not in said(document[:place] + bytes([document[place] ^ 1]) + document[place + 1 :])


def test_only_what_holds_is_printed_and_that_is_on_the_record(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    assert counter.cause("x") == (Reason.ASSERTION_INVALID, "DISCLOSURE_INVALID")
    assert counter.cause("a.b.c~") == (Reason.ASSERTION_INVALID, "MALFORMED")
    printed = counter.print()
    events = [e.entry.outcome for e in counter.world.trail() if e.entry.action == "PrintConfirmation"]
    assert events == ["REFUSED", "REFUSED", "PRINTED"]
    assert printed.startswith(b"%PDF-1.7")
    meant = Meant(confirmation_id=counter.confirmation_id)
    counter.world.confirmations.revoke(counter.world.call("RevokeConfirmation"), meant, encode)
    assert counter.cause() == (Reason.ASSERTION_INVALID, "REVOKED")


def test_the_key_is_rotated_while_it_runs_and_expires(tmp_path: Path) -> None:
    counter = Counter(tmp_path)
    (first,) = counter.world.printer.certificates()
    key = rotate_document_key(tmp_path / "document-key.json", KEYS, ISSUER, counter.world.clock.now())
    assert counter.world.printer.certificates() == [key.certificate.decode(), first]
    (signature,) = PdfFileReader(io.BytesIO(counter.print())).embedded_signatures
    assert signature.signer_cert.dump() == pem.unarmor(key.certificate)[2]
    counter.world.clock.advance((LIFETIME + timedelta(seconds=1)).total_seconds())
    assert counter.cause() == (Reason.PRINTING_UNAVAILABLE, "CERTIFICATE_EXPIRED")


def test_a_key_in_a_token_signs_it(token: SoftToken, counter: Counter, tmp_path: Path) -> None:
    world, file = counter.world, tmp_path / "document-key.json"
    printer = open_printer(file, KEYS, world.signer, world.clock, token.home())
    confirmations = replace(world.confirmations, printer=printer)
    key = load_document_key(file, KEYS, token.home())
    assert kept(key.private), "only a reference to it is in the file"
    document = confirmations.print(world.call("PrintConfirmation"), counter.sd_jwt)
    (signature,) = PdfFileReader(io.BytesIO(document)).embedded_signatures
    trusted = x509.Certificate.load(pem.unarmor(key.certificate)[2])
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[trusted], moment=world.clock.now()))
    assert (status.intact, status.valid, status.coverage) == (True, True, SignatureCoverageLevel.ENTIRE_FILE)
    token.vanish()
    printer = PdfPrinter(file, KEYS, world.signer, world.clock, token.home())
    with pytest.raises(DomainError) as refused:
        replace(confirmations, printer=printer).print(world.call("PrintConfirmation"), counter.sd_jwt)
    assert refused.value.reason is Reason.KEYS_UNAVAILABLE


def test_without_the_extra_it_says_so(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("idverify.printing.")]:
        if name != "idverify.printing.printer":
            monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "fpdf":
            raise ModuleNotFoundError("No module named 'fpdf'", name="fpdf")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert counter.cause() == (Reason.PRINTING_UNAVAILABLE, "NOT_INSTALLED")


def test_the_catalogue_names_the_fields(counter: Counter) -> None:
    label = counter.world.confirmations._label
    assert label("residence", "") == counter.world.catalogue.record_type("residence").title
    assert label("residence", "no such field") == "no such field"
    assert label("civil_status_marriage", "status") == "Tình trạng"
    assert (label("no such type", ""), label("no such type", "f")) == ("no such type", "f")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "có"),
        (False, "không"),
        (None, ""),
        ({"a": "x", "b": None, "c": "y"}, "x, y"),
        (["x", {"a": 1}], "x; 1"),
        (1.5, "1.5"),
        ("1999-05-01", "01/05/1999"),
        ("1999", "1999"),
        ("1999-13-01", "1999-13-01"),
    ],
)
def test_values_in_words(value: Any, said: str) -> None:
    assert wording.said(value) == said


def untitled(_code: str) -> str:
    return ""


def test_a_procedure_has_its_title_and_a_sex_its_word() -> None:
    claims = {"jti": "", "iss": "", "aud": "", "vn_dossier": "", "auth_time": 0, "exp": 0, "amr": [], "acr": ""}
    rows = dict(wording.facts({**claims, "vn_proc": BIRTH}, lambda code: f"<{code}>"))
    assert (rows["Mã thủ tục"], rows["Tên thủ tục"]) == (BIRTH, f"<{BIRTH}>")
    assert "Tên thủ tục" not in dict(wording.facts({**claims, "vn_proc": BIRTH}, untitled))
    shown = {"attributes": {"identity": {"sex": "F", "full_name": "F"}, "other": {"sex": ["X"]}}}
    assert list(wording.attributes(shown, lambda _, name: name)) == [
        ("", [("sex", "Nữ"), ("full_name", "F")]),
        ("", [("sex", "X")]),
    ]


def test_a_level_that_is_reached_is_named() -> None:
    claims = {"jti": "", "iss": "", "aud": "", "vn_dossier": "", "auth_time": 0, "exp": 0, "amr": ["fpt", "mfa"]}
    rows = dict(wording.facts({**claims, "acr": "urn:idverify:acr:vn:69-2024-nd-cp:level-3"}, untitled))
    assert rows["Mức độ xác thực"] == "mức độ 3 theo Nghị định 69/2024/NĐ-CP"
    assert rows["Phương thức xác thực"] == "vân tay"


def test_who_is_vouched_for_is_marked_on_paper() -> None:
    claims = {"jti": "", "iss": "", "aud": "", "vn_dossier": "", "auth_time": 0, "exp": 0, "amr": []}
    said = {"reason": "INJURED", "officers": ["CB-1", "CB-2"], "documents": ["PASSPORT", "IDENTITY_CARD"]}
    rows = dict(wording.facts({**claims, "acr": "urn:idverify:acr:no-biometric", "exception": said}, untitled))
    assert "Phương thức xác thực" not in rows
    assert rows["NGOẠI LỆ"].startswith("Không xác thực bằng sinh trắc học")
    assert (rows["Lý do"], rows["Cán bộ xác nhận"]) == ("tay bị thương", "CB-1, CB-2")
    assert rows["Giấy tờ đã xem"] == "hộ chiếu, thẻ căn cước"


def test_slips_are_printed_two_a_page_with_their_numbers(counter: Counter) -> None:
    numbers = [new_slip_number(n) for n in (1, 2, 3)]
    pdf = counter.world.printer.slips(numbers, AGENCY)
    said = " ".join(text_of(pdf).split())
    for number in numbers:
        assert f"Số: {printed(number)}" in said
    assert said.count("PHIẾU GHI NHẬN KHI HỆ THỐNG NGỪNG HOẠT ĐỘNG") == 3
    assert said.count("Cán bộ thứ hai (mã, ký tên)") == 3
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 2


def test_an_agency_is_called_by_its_name_on_paper(counter: Counter, tmp_path: Path) -> None:
    world, names = counter.world, {AGENCY: Text("Phường Một", "Ward One")}
    printer = open_printer(tmp_path / "named.json", KEYS, world.signer, world.clock, agencies=names)
    assert f"Phường Một ({AGENCY})" in text_of(printer.slips([new_slip_number(1)], AGENCY))


def test_slips_need_the_extra_too(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "idverify.printing.slip_sheet", None)
    with pytest.raises(DomainError) as caught:
        counter.world.printer.slips([new_slip_number(1)], AGENCY)
    assert (caught.value.reason, caught.value.metadata["cause"]) == (Reason.PRINTING_UNAVAILABLE, "NOT_INSTALLED")
