"""What a clerk is told where one reason has several remedies: by the reason and its cause, or the field at fault."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.guidance.language import Text
from idverify.domain.reasons import Reason

_NOT_OURS = Text(
    "Kết quả này không do hệ thống này ký, hoặc đã bị sửa. Hãy xác minh lại công dân.",
    "This was not signed by this system, or was changed. Verify the citizen again.",
)
_ELSEWHERE = Text(
    "Kết quả này được cấp cho nơi khác. Hãy tự xác minh công dân.",
    "This was made for somebody else. Verify the citizen yourself.",
)
_NO_CONFIRMATION = Text(
    "Tệp này không phải là xác nhận nguyên vẹn. Hãy chọn đúng tệp xác nhận.",
    "This file is no whole confirmation. Choose the file of the confirmation.",
)

CAUSE_TEXTS: Mapping[tuple[Reason, str], Text] = {
    (Reason.SAMPLE_INVALID, "EXTENT"): Text(
        "Ảnh không có cỡ của một ngón tay: nhiều ngón, hoặc sai độ phân giải. Hãy lấy từng ngón một.",
        "The image has not the size of one finger: several fingers, or a wrong resolution. Take one finger at a time.",
    ),
    (Reason.ASSURANCE_UNREACHABLE, "NOT_OFFERED"): Text(
        "Thủ tục này cần nhiều hơn những gì nhận được ở đây. Hãy xác minh bằng cách khác.",
        "This procedure needs more than can be shown here. Verify by other means.",
    ),
    (Reason.ASSURANCE_UNREACHABLE, "pin"): Text(
        "Thủ tục này cần thêm mã PIN. Trong giao dịch, hãy để công dân tự nhập (EnterPin).",
        "This procedure needs a PIN too. In a transaction, have the citizen enter it (EnterPin).",
    ),
    (Reason.ASSURANCE_UNREACHABLE, "sc"): Text(
        "Thủ tục này cần thêm thẻ căn cước. Trong giao dịch, hãy đọc chip của thẻ (AddCardRead).",
        "This procedure needs the identity card too. In a transaction, read its chip (AddCardRead).",
    ),
    (Reason.ASSURANCE_UNREACHABLE, "sc,pin"): Text(
        "Thủ tục này cần thêm thẻ căn cước (AddCardRead) và mã PIN (EnterPin). Hãy dùng cả hai trong giao dịch.",
        "This procedure needs identity card (AddCardRead) and PIN (EnterPin). Take both in a transaction.",
    ),
    (Reason.CLIENT_NOT_AUTHORIZED, "SAME_OFFICER"): Text(
        "Cán bộ không tự xác nhận điều mình đã nêu. Hãy mời cán bộ khác xác nhận trên máy của họ.",
        "Nobody confirms what they said themselves. Ask another officer, at a workstation of their own.",
    ),
    (Reason.CLIENT_NOT_AUTHORIZED, "SAME_CLIENT"): Text(
        "Máy đã đề nghị không tự duyệt được. Hãy nhờ người khác, trên máy khác.",
        "The workstation that asked cannot approve. Ask another person, at another workstation.",
    ),
    (Reason.CLIENT_NOT_AUTHORIZED, "OWN_ENTRY"): Text(
        "Không ai tự sửa đăng ký của mình. Hãy nhờ quản trị viên khác.",
        "Nobody changes their own entry. Ask another administrator.",
    ),
    (Reason.CLIENT_NOT_AUTHORIZED, "OWN_FAILURES"): Text(
        "Không ai tự mở khóa cho mình. Hãy nhờ người khác, trên máy khác.",
        "Nobody lifts what keeps themselves from trying. Ask another person, at another workstation.",
    ),
    (Reason.CLIENT_NOT_AUTHORIZED, "context.agency_code"): Text(
        "Máy này chỉ làm việc cho cơ quan của mình. Hãy bỏ trống mã cơ quan.",
        "This workstation acts for its own agency only. Leave the code of the agency out.",
    ),
    (Reason.TRANSACTION_MISMATCH, "citizen_number"): Text(
        "Số định danh khác với lúc bắt đầu. Hãy nhập lại đúng số, hoặc bắt đầu giao dịch mới.",
        "The citizen number is not that of the beginning. Enter that one, or begin a new transaction.",
    ),
    (Reason.TRANSACTION_MISMATCH, "reason"): Text(
        "Hai cán bộ nêu lý do khác nhau. Hãy thống nhất một lý do rồi gửi lại.",
        "The two officers state different reasons. Agree on one, and send again.",
    ),
    (Reason.ASSERTION_INVALID, "EXPIRED"): Text(
        "Kết quả này đã hết hạn. Hãy xác minh lại công dân.",
        "This is no longer valid. Verify the citizen again.",
    ),
    (Reason.ASSERTION_INVALID, "REVOKED"): Text(
        "Xác nhận này đã bị thu hồi. Nếu còn cần, hãy xác minh lại công dân rồi cấp xác nhận mới.",
        "This confirmation was revoked. If one is needed, verify the citizen again and issue another.",
    ),
    (Reason.ASSERTION_INVALID, "SUBJECT"): Text(
        "Kết quả này không phải của người mang số này. Hãy kiểm tra lại số định danh.",
        "This is not about the bearer of this number. Check the citizen number.",
    ),
    (Reason.ASSERTION_INVALID, "PROCEDURE"): Text(
        "Kết quả này thuộc thủ tục khác. Hãy kiểm tra lại mã thủ tục.",
        "This was made for another procedure. Check the code of the procedure.",
    ),
    (Reason.ASSERTION_INVALID, "DOSSIER"): Text(
        "Kết quả này thuộc hồ sơ khác. Hãy kiểm tra lại mã hồ sơ.",
        "This was made for another dossier. Check the code of the dossier.",
    ),
    (Reason.ASSERTION_INVALID, "CONSENT"): Text(
        "Kết quả này dựa trên một lần đồng ý khác. Hãy bỏ trống lần đồng ý.",
        "This rests on another consent. Leave the consent out.",
    ),
    (Reason.ASSERTION_INVALID, "CLIENT"): Text(
        "Công dân được xác minh trên máy khác. Hãy làm tiếp trên máy đó, hoặc xác minh lại.",
        "The citizen was verified at another workstation. Go on there, or verify again.",
    ),
    (Reason.ASSERTION_INVALID, "TRANSACTION"): Text(
        "Hệ thống không có lần xác minh này. Hãy xác minh lại công dân.",
        "The system knows of no such verification. Verify the citizen again.",
    ),
    (Reason.ASSERTION_INVALID, "RECORD"): Text(
        "Giấy tờ gửi kèm không đúng bản đã nhận. Hãy gửi lại nguyên bản.",
        "A record is not as it came with the result. Send it unchanged.",
    ),
    (Reason.ASSERTION_INVALID, "STATUS_UNKNOWN"): Text(
        "Không rõ xác nhận này đã bị thu hồi hay chưa. Hãy báo cho người vận hành.",
        "Whether this confirmation was revoked cannot be known. Tell the operator.",
    ),
    **{(Reason.ASSERTION_INVALID, cause): _ELSEWHERE for cause in ("AUDIENCE", "AUDIENCE_WRONG")},
    **{
        (Reason.ASSERTION_INVALID, cause): _NOT_OURS
        for cause in ("NOT_OURS", "KEY_UNKNOWN", "SIGNATURE_INVALID", "ISSUER_WRONG", "ALGORITHM_NOT_ALLOWED")
    },
    **{
        (Reason.ASSERTION_INVALID, cause): _NO_CONFIRMATION
        for cause in ("MALFORMED", "TYPE_WRONG", "CLAIM_INVALID", "DISCLOSURE_INVALID")
    },
}
