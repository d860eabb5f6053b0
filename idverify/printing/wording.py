"""What the printed confirmation says, in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

HEADING = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
TITLE = "XÁC NHẬN XÁC THỰC DANH TÍNH"
QR_NOTE = (
    "Mã QR chứa bản xác nhận điện tử (SD-JWT). Kiểm tra bằng bộ khóa công khai và danh sách thu hồi của dịch vụ; "
    "bản in chỉ có giá trị khi bản điện tử còn hiệu lực và chưa bị thu hồi."
)
SIGNED_NOTE = "Tài liệu này được ký số. Mọi thay đổi sau khi ký đều bị phát hiện khi kiểm tra chữ ký."

_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
"""As records have it (RFC 3339); said as in Viet Nam."""

_SEXES = {"M": "Nam", "F": "Nữ"}

Rows = list[tuple[str, str]]
"""Names and values."""

_VIET_NAM = timezone(timedelta(hours=7))
_METHODS = {"fpt": "vân tay", "sc": "thẻ căn cước", "pin": "mã PIN", "mfa": ""}
_WITHOUT_FINGER = {
    "NO_USABLE_FINGER": "không còn ngón tay nào dùng được",
    "INJURED": "tay bị thương",
    "CAPTURE_FAILED": "lấy vân tay nhiều lần không được",
    "SCANNER_BROKEN": "máy quét hỏng",
}
_DOCUMENTS = {
    "IDENTITY_CARD": "thẻ căn cước",
    "PASSPORT": "hộ chiếu",
    "BIRTH_CERTIFICATE": "giấy khai sinh",
    "DRIVING_LICENCE": "giấy phép lái xe",
    "HEALTH_INSURANCE_CARD": "thẻ bảo hiểm y tế",
    "OTHER": "giấy tờ khác",
}
_LEVELS = {
    "no-biometric": "không có yếu tố nào được hệ thống kiểm tra",
    "single-biometric": "một yếu tố sinh trắc học (chưa đạt mức độ nào của Nghị định 69/2024/NĐ-CP)",
    **{f"level-{n}": f"mức độ {n} theo Nghị định 69/2024/NĐ-CP" for n in (1, 2, 3, 4)},
}


def facts(claims: Mapping[str, Any], title_of: Callable[[str], str]) -> Rows:
    """Return what stands in the upper part: names and values; ``title_of`` tells the title of a procedure."""
    code = claims.get("vn_proc", "")
    title = title_of(code) if code else ""
    methods = ", ".join(filter(None, (_METHODS.get(method, method) for method in claims["amr"])))
    rows = [
        ("Mã xác nhận", claims["jti"]),
        ("Nơi xác nhận", claims["iss"]),
        ("Cơ quan yêu cầu", claims["aud"]),
        ("Mã hồ sơ", claims["vn_dossier"]),
        ("Mã thủ tục", code),
        ("Tên thủ tục", title),
        ("Thời điểm xác thực", moment(claims["auth_time"])),
        ("Có giá trị đến", moment(claims["exp"])),
        ("Phương thức xác thực", methods),
        ("Mức độ xác thực", _LEVELS.get(claims["acr"].rpartition(":")[2], claims["acr"])),
    ]
    return [*((name, str(value)) for name, value in rows if value), *_exception(claims)]


def _exception(claims: Mapping[str, Any]) -> Rows:
    """Return what must be said of who was authenticated by the word of two officers."""
    said = claims.get("exception")
    if said is None:
        return []
    documents = ", ".join(_DOCUMENTS.get(kind, kind) for kind in said["documents"])
    return [
        ("NGOẠI LỆ", "Không xác thực bằng sinh trắc học: hai cán bộ xác nhận"),
        ("Lý do", _WITHOUT_FINGER.get(said["reason"], said["reason"])),
        ("Cán bộ xác nhận", ", ".join(said["officers"])),
        ("Giấy tờ đã xem", documents or "không có"),
    ]


def attributes(
    claims: Mapping[str, Any], label: Callable[[str, str], str]
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Return the records that are shown: the name of each, and its fields with their values."""
    for record_type, fields in claims.get("attributes", {}).items():
        yield (
            label(record_type, ""),
            [(label(record_type, name), _said_of(name, value)) for name, value in fields.items()],
        )


def moment(seconds: int) -> str:
    """Return a time as it is said in Viet Nam."""
    return f"{datetime.fromtimestamp(seconds, _VIET_NAM):%H:%M ngày %d/%m/%Y}"


def _said_of(name: str, value: Any) -> str:
    return said(_SEXES.get(value, value) if name == "sex" and isinstance(value, str) else value)


def said(value: Any) -> str:
    """Return a value of a record in words."""
    match value:
        case bool():
            return "có" if value else "không"
        case None:
            return ""
        case str() if _DATE.fullmatch(value):
            return f"{value[8:]}/{value[5:7]}/{value[:4]}"
        case dict():
            return ", ".join(filter(None, map(said, value.values())))
        case list():
            return "; ".join(filter(None, map(said, value)))
        case _:
            return str(value)
