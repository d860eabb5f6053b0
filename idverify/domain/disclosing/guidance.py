"""What a clerk is told of what the policy keeps back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet

from idverify.domain.assurance import BY_FINGER, Factor, acr_of, reaches
from idverify.domain.guidance.language import Text
from idverify.domain.model import RecordAccess, Verdict

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
        "Thông tin này cần xác thực mức cao hơn. Hãy yêu cầu bản giấy.",
        "This needs more than was shown. Ask for the paper.",
    ),
}
"""By what an answer can tell; consent that is named and does not hold refuses the whole call."""

_PIN, _CARD = frozenset({Factor.PIN}), frozenset({Factor.IDENTITY_CARD})

SHOW_BESIDES_TEXTS: Mapping[frozenset[frozenset[Factor]], Text] = {
    frozenset({_PIN}): Text(
        "Hoặc bắt đầu giao dịch mới và để công dân tự nhập thêm mã PIN (EnterPin).",
        "Or begin a new transaction, and have the citizen enter their PIN too (EnterPin).",
    ),
    frozenset({_CARD}): Text(
        "Hoặc bắt đầu giao dịch mới và đọc thêm chip thẻ căn cước (AddCardRead).",
        "Or begin a new transaction, and read the identity card's chip too (AddCardRead).",
    ),
    frozenset({_PIN, _CARD}): Text(
        "Hoặc bắt đầu giao dịch mới, thêm mã PIN (EnterPin) hoặc chip thẻ căn cước (AddCardRead).",
        "Or begin a new transaction, with PIN (EnterPin) or identity card (AddCardRead) too.",
    ),
    frozenset({_PIN | _CARD}): Text(
        "Hoặc bắt đầu giao dịch mới, thêm cả mã PIN (EnterPin) và chip thẻ căn cước (AddCardRead).",
        "Or begin a new transaction, with both PIN (EnterPin) and identity card (AddCardRead).",
    ),
}
"""By the sets of factors of which any is enough besides a finger; the match has ended the transaction at hand."""


def kept_back_text(
    access: RecordAccess, verdict: Verdict, fields: Collection[str], offered: AbstractSet[Factor]
) -> Text:
    """Return why fields of a record are kept back, and what the clerk can do.

    Args:
        access: what the procedure may see of it.
        verdict: a refusal.
        fields: that are kept back.
        offered: factors by which more could be reached.
    """
    text = REFUSAL_TEXTS[verdict]
    if verdict is not Verdict.ASSURANCE:
        return text
    needed = [assurance for name, assurance in access.field_assurance if name in fields]
    enough = [
        more
        for more in (_PIN, _CARD, _PIN | _CARD)
        if more <= offered and all(reaches(acr_of(BY_FINGER | more), each) for each in needed)
    ]
    ways = frozenset(more for more in enough if not any(less < more for less in enough))
    besides = SHOW_BESIDES_TEXTS.get(ways)
    return text if besides is None else Text(f"{text.vi} {besides.vi}", f"{text.en} {besides.en}")
