"""The page: PDF/A-2u (ISO 19005-2), font and colour profile embedded, with a QR code (ISO/IEC 18004) of rectangles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

import fontpkg_noto_sans
import segno
from fpdf import FPDF
from fpdf.enums import OutputIntentSubType
from fpdf.output import PDFICCProfile
from PIL import ImageCms

from idverify.client.offline.disclosures import present
from idverify.printing import wording

QR_BYTES = 2953
"""What a QR code of version 40 holds at level L. A code with more is not made: nobody could read it."""

_FONT = fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"
_QR_SIDE = 90.0
_LEFT = 58.0


def qr_content(sd_jwt: str) -> str:
    """Return what the QR code holds: the confirmation with all its disclosures, or, if that is too much, with none."""
    return sd_jwt if len(sd_jwt) <= QR_BYTES else present(sd_jwt, [])


def page_of(
    claims: Mapping[str, Any],
    sd_jwt: str,
    now: datetime,
    label: Callable[[str, str], str],
    title_of: Callable[[str], str],
) -> bytes:
    """Return the document, not yet signed.

    Args:
        claims: what the confirmation shows.
        sd_jwt: the confirmation itself.
        now: when it is made, aware.
        label: see :meth:`idverify.ports.printing.Printer.printed`.
        title_of: likewise ``title``.
    """
    pdf = new_document(wording.word("title"), now)
    pdf.add_page()
    headings(pdf, wording.word("title"))
    _rows(pdf, wording.facts(claims, title_of))
    for title, fields in wording.attributes(claims, label):
        pdf.ln(2)
        pdf.set_font("text", size=12)
        pdf.cell(0, 8, title, new_x="LMARGIN", new_y="NEXT")
        _rows(pdf, fields)
    _code(pdf, qr_content(sd_jwt))
    pdf.set_font("text", size=8)
    for note in (wording.word("qr-note"), wording.word("signed-note")):
        pdf.multi_cell(0, 4, note, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def new_document(title: str, now: datetime) -> FPDF:
    """Return an empty document: A4, PDF/A-2u, in Vietnamese, with a font that has its letters."""
    pdf = FPDF(format="A4", enforce_compliance="PDF/A-2U")
    pdf.set_lang("vi")
    pdf.set_title(title)
    pdf.set_creation_date(now)
    pdf.add_output_intent(OutputIntentSubType.PDFA, "sRGB", dest_output_profile=_srgb())
    pdf.add_font("text", fname=_FONT)
    pdf.set_margin(20)
    return pdf


def headings(pdf: FPDF, title: str) -> None:
    """Write what stands above every document, and its title."""
    lines = (wording.word("state"), 12), (wording.word("motto"), 11), ("", 8), (title, 16), ("", 8)
    for line, size in lines:
        pdf.set_font("text", size=size)
        pdf.cell(0, size * 0.6, line, align="C", new_x="LMARGIN", new_y="NEXT")


def _rows(pdf: FPDF, rows: list[tuple[str, str]]) -> None:
    pdf.set_font("text", size=10)
    for name, value in rows:
        if pdf.will_page_break(6):
            pdf.add_page()
        top = pdf.get_y()
        pdf.multi_cell(_LEFT - 2, 6, name, new_x="LMARGIN", new_y="NEXT", align="L")
        below = pdf.get_y()
        pdf.set_xy(pdf.l_margin + _LEFT, top)
        pdf.multi_cell(0, 6, value, new_x="LMARGIN", new_y="NEXT", align="L")
        pdf.set_y(max(below, pdf.get_y()))


def _code(pdf: FPDF, content: str) -> None:
    """Draw the code in the middle, with its quiet zone of four modules."""
    matrix = segno.make(content, error="l", boost_error=False, micro=False, encoding="utf-8", mode="byte").matrix
    if pdf.will_page_break(_QR_SIDE):
        pdf.add_page()
    module = _QR_SIDE / (len(matrix) + 8)
    left, top = (pdf.w - _QR_SIDE) / 2 + 4 * module, pdf.get_y() + 4 * module
    pdf.set_fill_color(0)
    for row, bits in enumerate(matrix):
        column = 0
        for dark, run in groupby(bits):
            length = len(list(run))
            if dark:
                pdf.rect(left + column * module, top + row * module, length * module, module, style="F")
            column += length
    pdf.set_y(pdf.get_y() + _QR_SIDE)


def _srgb() -> PDFICCProfile:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return PDFICCProfile(contents=profile, n=3, alternate="DeviceRGB")
