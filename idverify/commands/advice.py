"""What to do after a refusal, in terms of this command line, and what is told where no service told anything."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.guidance.language import Text
from idverify.domain.guidance.reasons import REASON_TEXTS
from idverify.domain.model import Language
from idverify.domain.reasons import Reason

_NEXT: Mapping[str, Text] = {
    "UNAVAILABLE": Text(
        "Dịch vụ có đang chạy không? Khởi động bằng 'idverify serve', hoặc chỉ ra bằng --server.",
        "Is the service running? Start it with 'idverify serve', or name it with --server.",
    ),
    "DEADLINE_EXCEEDED": Text(
        "Gọi lại với cùng --request-id, hoặc chờ lâu hơn bằng --timeout.",
        "Repeat the call with the same --request-id, or wait longer with --timeout.",
    ),
    "CLIENT_UNKNOWN": Text(
        "Dùng chứng thư và khóa của hệ thống đã đăng ký, bằng --cert và --key.",
        "Give the certificate and key of a registered client with --cert and --key.",
    ),
    "CLIENT_NOT_AUTHORIZED": Text(
        "Dùng chứng thư của hệ thống có vai trò được làm việc này.",
        "Use the certificate of a client whose role allows this.",
    ),
    "CLIENT_NOT_ENTITLED": Text(
        "Nhờ quản trị viên chạy 'idverify clients update NAME --procedure CODE'.",
        "Have 'idverify clients update NAME --procedure CODE' run by an administrator.",
    ),
    "CLIENT_NOT_FOUND": Text("'idverify clients list' cho biết các tên.", "'idverify clients list' tells the names."),
    "CLIENT_SUSPENDED": Text(
        "Nhờ quản trị viên chạy 'idverify clients reinstate NAME'.",
        "Have 'idverify clients reinstate NAME' run by an administrator.",
    ),
    "SUBJECT_NOT_FOUND": Text(
        "Đăng ký công dân bằng 'idverify enrol'.",
        "Enrol the citizen with 'idverify enrol'.",
    ),
    "REFERENCE_EXISTS": Text(
        "Thêm dấu vân tay bằng 'idverify add-fingers'.",
        "Add further prints with 'idverify add-fingers'.",
    ),
    "DUPLICATE_PERSON_SUSPECTED": Text(
        "'idverify get --subject ID' cho biết là ai; --duplicates report vẫn đăng ký.",
        "'idverify get --subject ID' shows whom; --duplicates report enrols nevertheless.",
    ),
    "SECOND_PERSON_REQUIRED": Text(
        "Một quản trị viên khác chạy 'idverify acts approve ACT'; sau đó gọi lại với --request-id đó.",
        "Another administrator: 'idverify acts approve ACT'; then repeat with that --request-id.",
    ),
    "REQUEST_REPLAYED": Text("Bỏ --request-id khi gọi mới.", "Leave --request-id out for a new call."),
    "FINGER_NOT_ENROLLED": Text(
        "Dùng một ngón đã đăng ký; 'idverify get' liệt kê các ngón.",
        "Use one of the enrolled fingers; 'idverify get' lists them.",
    ),
    "SAMPLE_RESOLUTION_UNKNOWN": Text(
        "Nêu độ phân giải của máy quét bằng --resolution, ví dụ --resolution 500.",
        "State the scanner's resolution with --resolution, e.g. --resolution 500.",
    ),
    "SAMPLE_QUALITY_LOW": Text(
        "'idverify quality FILE' cho biết cách lấy tốt hơn.",
        "'idverify quality FILE' says what to do better.",
    ),
    "PROCEDURE_NOT_FOUND": Text("'idverify procedures' liệt kê các mã.", "'idverify procedures' lists the codes."),
    "RECORD_TYPE_NOT_FOUND": Text(
        "'idverify records types' liệt kê các loại.",
        "'idverify records types' lists the types.",
    ),
    "RECORD_INVALID": Text(
        "'idverify records types --json' cho xem các mẫu.",
        "'idverify records types --json' shows the schemas.",
    ),
    "VERSION_MISMATCH": Text(
        "Đọc lại bằng 'idverify records get' rồi sửa lại.",
        "Read the record again with 'idverify records get' and repeat the change.",
    ),
    "BACKUP_BROKEN": Text(
        "Thử bản khác của tệp, hoặc sao lưu lại bằng 'idverify backup take'.",
        "Try another copy of the file, or take a new backup with 'idverify backup take'.",
    ),
    "SERVER_BUSY": Text(
        "Chờ một lát rồi gọi lại với cùng --request-id.",
        "Wait a moment and repeat the call with the same --request-id.",
    ),
}
_NAME_THE_FINGER = Text(
    "Nêu tên ngón, ví dụ --finger right-index, hoặc right-index=FILE cho một trong nhiều tệp.",
    "Name the finger, e.g. --finger right-index, or right-index=FILE for one of several files.",
)
_ANOTHER_PERSON = Text(
    "Người khác phải làm việc này, với chứng thư của mình (--cert, --key).",
    "Another person has to do this, with a certificate of their own (--cert, --key).",
)
_OF_THE_CONNECTION = (
    (
        ("CERTIFICATE_VERIFY_FAILED", "is not in peer certificate"),
        Text(
            "Chứng thư của máy chủ không do đơn vị trong --ca cấp, đã hết hạn, hoặc cấp cho địa chỉ khác.",
            "The server's certificate is not of the authority in --ca, is out of date, or is for another address.",
        ),
    ),
    (
        ("WRONG_VERSION_NUMBER",),
        Text(
            "Ở đó không dùng TLS: bỏ --ca, --cert và --key, hoặc chỉ ra máy chủ khác bằng --server.",
            "What listens there has no TLS: leave --ca, --cert and --key out, or name another with --server.",
        ),
    ),
    (
        ("Socket closed",),
        Text(
            "Máy chủ ngắt kết nối: có thể cần TLS (--ca, --cert, --key), với chứng thư do nơi mà máy chủ tin cấp.",
            "The server ended the connection: it may want TLS (--ca, --cert, --key), by a certificate it trusts.",
        ),
    ),
)
"""What gRPC says where no connection came about, and what to do then."""

_LOCAL: Mapping[str, Text] = {
    "UNAVAILABLE": Text("Không kết nối được với dịch vụ.", "The service cannot be reached."),
    "DEADLINE_EXCEEDED": REASON_TEXTS[Reason.DEADLINE_EXCEEDED],
    "RESOURCE_EXHAUSTED": REASON_TEXTS[Reason.REQUEST_TOO_LARGE],
    "FILE_UNUSABLE": Text("Không đọc hoặc ghi được tệp.", "A file cannot be read or written."),
    "USAGE": Text("Lệnh hoặc tệp đưa vào chưa đúng.", "The command, or a file that was given, is not right."),
}


def next_step(reason: str, metadata: Mapping[str, str], language: Language = Language.EN, message: str = "") -> str:
    """Return a hint, or nothing where the message says all."""
    if reason == "UNAVAILABLE":
        for marks, text in _OF_THE_CONNECTION:
            if any(mark in message for mark in marks):
                return text.in_language(language)
    if metadata.get("field", "").endswith("finger_position"):
        return _NAME_THE_FINGER.in_language(language)
    if reason == Reason.CLIENT_NOT_AUTHORIZED.code and "cause" in metadata:
        return _ANOTHER_PERSON.in_language(language)
    return _NEXT[reason].in_language(language) if reason in _NEXT else ""


def local_text(reason: str, language: Language) -> str:
    """Return what a clerk is told where the refusal is not the service's; empty where nothing is said of it."""
    return _LOCAL[reason].in_language(language) if reason in _LOCAL else ""
