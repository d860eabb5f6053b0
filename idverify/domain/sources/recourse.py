"""What a clerk may do where a source was silent."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from idverify.domain.guidance.language import Text
from idverify.domain.model.owners import Fault


class Recourse(Enum):
    """A way on."""

    PAPER = "PAPER"
    LATER = "LATER"
    OTHER_OFFICE = "OTHER_OFFICE"


RECOURSES: Mapping[Fault, tuple[Recourse, ...]] = {
    Fault.SLOW: (Recourse.LATER, Recourse.PAPER),
    Fault.UNREACHABLE: (Recourse.LATER, Recourse.PAPER),
    Fault.RESTING: (Recourse.LATER, Recourse.PAPER),
    Fault.REFUSED: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.SIGNATURE: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.WRONG_PERSON: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.WRONG_ANSWER: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.STALE: (Recourse.PAPER, Recourse.OTHER_OFFICE),
    Fault.MALFORMED: (Recourse.PAPER, Recourse.OTHER_OFFICE),
}
"""Best first. What is wrong with an answer does not pass by waiting: the office that keeps the record mends it."""

RECOURSE_TEXTS: Mapping[Recourse, Text] = {
    Recourse.PAPER: Text("Yêu cầu công dân nộp bản giấy.", "Ask the citizen for the paper."),
    Recourse.LATER: Text("Thử lại sau ít phút.", "Try again in a few minutes."),
    Recourse.OTHER_OFFICE: Text(
        "Hướng dẫn công dân liên hệ cơ quan quản lý giấy tờ này.",
        "Send the citizen to the office that keeps this record.",
    ),
}

FAULT_TEXTS: Mapping[Fault, Text] = {
    Fault.SLOW: Text("Cơ quan quản lý chưa trả lời kịp.", "The office did not answer in time."),
    Fault.UNREACHABLE: Text("Không kết nối được với cơ quan quản lý.", "The office cannot be reached."),
    Fault.RESTING: Text("Cơ quan quản lý đang tạm ngừng trả lời.", "The office has not been answering for a while."),
    Fault.REFUSED: Text("Cơ quan quản lý từ chối cung cấp.", "The office refuses to give it."),
    Fault.SIGNATURE: Text("Chữ ký của cơ quan quản lý không đúng.", "The office's signature is not right."),
    Fault.WRONG_PERSON: Text("Giấy tờ trả về là của người khác.", "The office gave another person's record."),
    Fault.WRONG_ANSWER: Text("Câu trả lời không đúng điều đã hỏi.", "The answer is not to what was asked."),
    Fault.STALE: Text("Giấy tờ trả về đã cũ.", "The record that was given is out of date."),
    Fault.MALFORMED: Text("Giấy tờ trả về không đúng mẫu.", "The record that was given does not have its form."),
}
