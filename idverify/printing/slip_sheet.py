"""Paper slips to be filled in by hand: a page each pair, the number printed, lines to write on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF

from idverify.domain.vouching.slip_numbers import printed
from idverify.printing.page import new_document
from idverify.printing.wording import word

_LINES = ("when", "procedure", "citizen", "name", "documents", "given", "first-officer", "second-officer", "signed")
_HALF = 138.0
"""Millimetres from the top of one slip to that of the next."""

_LABEL, _LINE = 62.0, 9.0


def sheet_of(numbers: Sequence[str], agency: str, now: datetime) -> bytes:
    """Return the slips, two a page, PDF/A-2u.

    Args:
        numbers: whole, digits only.
        agency: to which they are issued, as it is called.
        now: when it is made, aware.
    """
    pdf = new_document(word("slip-title"), now)
    pdf.set_auto_page_break(auto=False)
    for place, number in enumerate(numbers):
        if place % 2 == 0:
            pdf.add_page()
        pdf.set_y(12.0 + place % 2 * _HALF)
        _slip(pdf, printed(number), agency)
    return bytes(pdf.output())


def _slip(pdf: FPDF, number: str, agency: str) -> None:
    lines = (
        (word("state"), 9),
        (word("slip-title"), 12),
        (word("slip-number", number=number), 14),
        (word("slip-agency", agency=agency), 10),
    )
    for line, size in lines:
        pdf.set_font("text", size=size)
        pdf.cell(0, size * 0.55, line, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("text", size=9)
    for name in _LINES:
        top = pdf.get_y() + _LINE
        pdf.set_y(top - 5.0)
        pdf.cell(_LABEL, 5.0, word(f"slip-{name}"))
        pdf.line(pdf.l_margin + _LABEL, top, pdf.w - pdf.r_margin, top)
        pdf.set_y(top)
    pdf.ln(2)
    pdf.set_font("text", size=7)
    pdf.multi_cell(0, 3.5, word("slip-note"), new_x="LMARGIN", new_y="NEXT")
