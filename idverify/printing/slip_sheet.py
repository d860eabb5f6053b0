"""Paper slips to be filled in by hand: a page each pair, the number printed, lines to write on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF

from idverify.domain.vouching.slip_numbers import printed
from idverify.printing import wording
from idverify.printing.page import new_document

TITLE = "PHIẾU GHI NHẬN KHI HỆ THỐNG NGỪNG HOẠT ĐỘNG"
LINES = (
    "Ngày, giờ công dân có mặt",
    "Mã thủ tục, mã hồ sơ",
    "Số định danh cá nhân",
    "Họ và tên",
    "Giấy tờ đã xem (loại, số)",
    "Đã trao cho công dân",
    "Cán bộ thứ nhất (mã, ký tên)",
    "Cán bộ thứ hai (mã, ký tên)",
    "Công dân ký tên",
)
NOTE = (
    "Không có xác thực bằng vân tay. Phiếu dùng một lần, phải có hai cán bộ ký, và nhập vào hệ thống ngay khi hệ thống "
    "hoạt động lại. Phiếu hỏng hoặc mất phải được hủy trong hệ thống."
)
_HALF = 138.0
"""Millimetres from the top of one slip to that of the next."""

_LABEL, _LINE = 62.0, 9.0


def sheet_of(numbers: Sequence[str], agency_code: str, now: datetime) -> bytes:
    """Return the slips, two a page, PDF/A-2u.

    Args:
        numbers: whole, digits only.
        agency_code: to which they are issued.
        now: when it is made, aware.
    """
    pdf = new_document(TITLE, now)
    pdf.set_auto_page_break(auto=False)
    for place, number in enumerate(numbers):
        if place % 2 == 0:
            pdf.add_page()
        pdf.set_y(12.0 + place % 2 * _HALF)
        _slip(pdf, printed(number), agency_code)
    return bytes(pdf.output())


def _slip(pdf: FPDF, number: str, agency_code: str) -> None:
    for line, size in ((wording.HEADING[0], 9), (TITLE, 12), (f"Số: {number}", 14), (f"Cơ quan: {agency_code}", 10)):
        pdf.set_font("text", size=size)
        pdf.cell(0, size * 0.55, line, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("text", size=9)
    for label in LINES:
        top = pdf.get_y() + _LINE
        pdf.set_y(top - 5.0)
        pdf.cell(_LABEL, 5.0, label)
        pdf.line(pdf.l_margin + _LABEL, top, pdf.w - pdf.r_margin, top)
        pdf.set_y(top)
    pdf.ln(2)
    pdf.set_font("text", size=7)
    pdf.multi_cell(0, 3.5, NOTE, new_x="LMARGIN", new_y="NEXT")
