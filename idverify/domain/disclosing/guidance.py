"""What a clerk is told of what the policy keeps back."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.guidance.language import Text
from idverify.domain.model import Verdict

REFUSAL_TEXTS: Mapping[Verdict, Text] = {
    Verdict.NOT_ENTITLED: Text(
        "Nơi tiếp nhận này chưa được cấp quyền xem thông tin này. Hãy yêu cầu bản giấy.",
        "This office is not given this record. Ask the citizen for the paper.",
    ),
    Verdict.PURPOSE: Text(
        "Không cung cấp cho mục đích đã nêu. Hãy nêu đúng mục đích của thủ tục.",
        "It is not given for the purpose that is stated. State the purpose of the procedure.",
    ),
    Verdict.CONSENT_MISSING: Text(
        "Thủ tục này cần công dân đồng ý. Hãy hỏi ý kiến công dân qua giao dịch, hoặc yêu cầu bản giấy.",
        "This procedure needs the citizen's consent. Ask for it in a transaction, or ask for the paper.",
    ),
    Verdict.CONSENT_SCOPE: Text(
        "Công dân chưa đồng ý cung cấp loại thông tin này. Hãy hỏi lại, hoặc yêu cầu bản giấy.",
        "The citizen has not agreed to this record. Ask anew, or ask for the paper.",
    ),
    Verdict.ASSURANCE: Text(
        "Thông tin này cần xác thực mức cao hơn. Hãy dùng thêm thẻ căn cước, mã PIN, hoặc yêu cầu bản giấy.",
        "This needs more than was shown. Use the identity card and PIN too, or ask for the paper.",
    ),
}
"""By what an answer can tell; consent that is named and does not hold refuses the whole call."""
