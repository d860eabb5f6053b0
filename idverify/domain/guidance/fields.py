"""Fields that people fill in, in their own words; by their name in the API, without the path to it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from idverify.domain.guidance.language import Text

FIELD_TEXTS: Mapping[str, Text] = {
    "citizen_number": Text("số định danh", "citizen number"),
    "full_name": Text("họ và tên", "full name"),
    "birth_date": Text(
        "ngày sinh (năm-tháng-ngày hoặc chỉ năm, từ 1900 đến hôm nay)",
        "date of birth (year-month-day or the year alone, from 1900 to today)",
    ),
    "sex": Text("giới tính (M là nam, F là nữ)", "sex (M or F)"),
    "samples": Text("dấu vân tay", "fingerprints"),
    "sample": Text("dấu vân tay", "fingerprint"),
    "finger_position": Text("ngón tay", "finger"),
    "resolution_ppi": Text("độ phân giải của ảnh", "resolution of the image"),
    "position": Text("bàn tay nào trên ảnh", "which hand the slap shows"),
    "fault": Text("vì sao không lấy được ngón này", "why the finger cannot be shown"),
    "until": Text("băng đến ngày nào (từ hôm nay)", "until when the finger is bandaged (from today on)"),
    "profile": Text("yêu cầu chất lượng", "profile of quality"),
    "purpose": Text("mục đích", "purpose"),
    "officer_id": Text("mã cán bộ", "officer"),
    "counter_id": Text("mã quầy", "counter"),
    "agency_code": Text("mã cơ quan", "code of the agency"),
    "procedure_code": Text("mã thủ tục", "code of the procedure"),
    "dossier_code": Text("mã hồ sơ", "code of the dossier"),
    "consent_ref": Text("lần đồng ý", "consent"),
    "request_id": Text("mã yêu cầu", "id of the request"),
    "transaction_id": Text("mã giao dịch", "id of the transaction"),
    "grounds": Text("căn cứ", "grounds"),
    "reason": Text("lý do", "reason"),
    "state": Text("trạng thái", "state"),
    "note": Text("ghi chú", "note"),
    "pin": Text("mã PIN (6 đến 12 chữ số, không dễ đoán)", "PIN (6 to 12 digits that are not guessed first)"),
    "lifetime": Text("thời hạn của số tạm", "how long the virtual number lives"),
    "slip_number": Text("số phiếu giấy", "number of the paper slip"),
    "count": Text("số lượng", "how many"),
    "days": Text("số ngày", "number of days"),
    "first_month": Text("tháng đầu", "first month"),
    "last_month": Text("tháng cuối", "last month"),
    "record_type": Text("loại giấy tờ", "type of record"),
    "sd_jwt": Text("tệp xác nhận", "file of the confirmation"),
    "content": Text("nội dung tệp", "content of the file"),
    "device_id": Text("mã máy quét", "id of the scanner"),
    "page_size": Text("số dòng mỗi trang", "rows of a page"),
}

_INDEX = re.compile(r"\[[0-9]+\]$")


def field_text(path: str) -> Text:
    """Return what people call a field, e.g. ``personal_data.birth_date``; one that nobody fills in is its path."""
    return FIELD_TEXTS.get(_INDEX.sub("", path.rpartition(".")[2]), Text(path, path))
