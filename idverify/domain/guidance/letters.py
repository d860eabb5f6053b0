"""What a citizen is told of their request about data that are held on them."""

from __future__ import annotations

from datetime import datetime, timedelta

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.guidance.language import Text
from idverify.domain.law.requests import SubjectRequest, SubjectRequestKind, SubjectRequestState

KIND_TEXTS = {
    SubjectRequestKind.ACCESS: Text("cung cấp dữ liệu cá nhân", "access to personal data"),
    SubjectRequestKind.CORRECTION: Text("chỉnh sửa dữ liệu cá nhân", "correction of personal data"),
    SubjectRequestKind.ERASURE: Text("xóa dữ liệu cá nhân", "erasure of personal data"),
    SubjectRequestKind.HISTORY: Text("cho biết ai đã tra cứu dữ liệu", "who has asked about the data"),
    SubjectRequestKind.RESTRICTION: Text("hạn chế xử lý dữ liệu cá nhân", "restriction of processing"),
    SubjectRequestKind.OBJECTION: Text("phản đối xử lý dữ liệu cá nhân", "objection to processing"),
}

_DECIDED = {
    SubjectRequestState.ACCEPTED: Text("được chấp nhận", "is accepted"),
    SubjectRequestState.REFUSED: Text("bị từ chối", "is refused"),
    SubjectRequestState.DONE: Text("đã thực hiện xong", "has been carried out"),
}


def letter(request: SubjectRequest) -> Text:
    """Return what the citizen is told, however the request stands. It names nobody: the officer writes to whom."""
    kind, received = KIND_TEXTS[request.kind], _day(request.received)
    vi = f"Yêu cầu {kind.vi}, tiếp nhận ngày {received}, mã {request.subject_request_id}"
    en = f"The request for {kind.en}, received on {received}, number {request.subject_request_id},"
    if request.state in _DECIDED:
        said = _DECIDED[request.state]
        grounds = f" {request.grounds}" if request.grounds else ""
        end_vi, end_en = f" {said.vi}.{grounds}", f" {said.en}.{grounds}"
    else:
        end_vi, end_en = " đã được ghi nhận.", " has been noted."
        if request.reply_due is not None:
            end_vi += f" Cơ quan trả lời chậm nhất ngày {_last(request.reply_due)}."
            end_en += f" The agency answers by {_last(request.reply_due)}."
    if request.due is not None and request.state in {SubjectRequestState.OPEN, SubjectRequestState.ACCEPTED}:
        end_vi += f" Thời hạn thực hiện: ngày {_last(request.due)}."
        end_en += f" It is to be carried out by {_last(request.due)}."
    return Text(vi + end_vi, en + end_en)


def _day(time: datetime) -> str:
    return f"{day_in_viet_nam(time):%d/%m/%Y}"


def _last(over: datetime) -> str:
    """Return the last day of a period, given the first moment after it."""
    return _day(over - timedelta(microseconds=1))
