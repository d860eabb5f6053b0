"""What the officer does next, in words: Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.model import Action, Advice, FingerPosition, Language, NextStep

ACTIONS: Mapping[Action, Mapping[Language, str]] = {
    Action.CAPTURE: {
        Language.VI: "Mời công dân đặt {finger} lên máy quét.",
        Language.EN: "Have the citizen place the {finger} on the scanner.",
    },
    Action.CONSENT: {
        Language.VI: "Cho công dân xem hoặc đọc nội dung đồng ý, rồi ghi nhận câu trả lời.",
        Language.EN: "Show or read the consent text to the citizen, and note the answer.",
    },
    Action.AUTHENTICATE: {
        Language.VI: "Đã đủ vân tay: gửi yêu cầu xác thực.",
        Language.EN: "Enough was captured: have it compared.",
    },
    Action.STOP: {
        Language.VI: "Dừng lấy vân tay: đã hết số lần thử. Xác minh công dân bằng cách khác.",
        Language.EN: "Stop capturing: no try is left. Identify the citizen by other means.",
    },
    Action.DONE: {
        Language.VI: "Giao dịch đã kết thúc.",
        Language.EN: "The transaction has ended.",
    },
}

FINGERS: Mapping[FingerPosition | None, Mapping[Language, str]] = {
    None: {Language.VI: "một ngón tay", Language.EN: "finger"},
    FingerPosition.UNKNOWN: {Language.VI: "ngón tay đã đăng ký", Language.EN: "enrolled finger"},
    FingerPosition.RIGHT_THUMB: {Language.VI: "ngón cái phải", Language.EN: "right thumb"},
    FingerPosition.RIGHT_INDEX: {Language.VI: "ngón trỏ phải", Language.EN: "right index finger"},
    FingerPosition.RIGHT_MIDDLE: {Language.VI: "ngón giữa phải", Language.EN: "right middle finger"},
    FingerPosition.RIGHT_RING: {Language.VI: "ngón áp út phải", Language.EN: "right ring finger"},
    FingerPosition.RIGHT_LITTLE: {Language.VI: "ngón út phải", Language.EN: "right little finger"},
    FingerPosition.LEFT_THUMB: {Language.VI: "ngón cái trái", Language.EN: "left thumb"},
    FingerPosition.LEFT_INDEX: {Language.VI: "ngón trỏ trái", Language.EN: "left index finger"},
    FingerPosition.LEFT_MIDDLE: {Language.VI: "ngón giữa trái", Language.EN: "left middle finger"},
    FingerPosition.LEFT_RING: {Language.VI: "ngón áp út trái", Language.EN: "left ring finger"},
    FingerPosition.LEFT_LITTLE: {Language.VI: "ngón út trái", Language.EN: "left little finger"},
}

ADVICE: Mapping[Advice, Mapping[Language, str]] = {
    Advice.NO_FINGER: {
        Language.VI: "Không thấy ngón tay: đặt ngón vào giữa mặt kính.",
        Language.EN: "No finger is seen: place it in the middle of the sensor.",
    },
    Advice.TOO_FEW_MINUTIAE: {
        Language.VI: "Đặt phần thịt của ngón, không đặt đầu ngón; hoặc lấy ngón khác.",
        Language.EN: "Press the flat of the finger, not its tip; or take another finger.",
    },
    Advice.SMALL_AREA: {
        Language.VI: "Đặt ngón vào giữa và ấn thêm một chút.",
        Language.EN: "Centre the finger and press a little more.",
    },
    Advice.TOO_WET: {
        Language.VI: "Ngón tay ướt: lau khô và ấn nhẹ hơn.",
        Language.EN: "The finger is wet: dry it and press less.",
    },
    Advice.TOO_DRY: {
        Language.VI: "Ngón tay khô: làm ẩm một chút và ấn mạnh hơn.",
        Language.EN: "The finger is dry: moisten it a little and press more.",
    },
    Advice.LOW_CONTRAST: {
        Language.VI: "Ảnh mờ: lau sạch mặt kính.",
        Language.EN: "Little contrast: clean the sensor.",
    },
}


def officer_text(step: NextStep, language: Language) -> str:
    """Return what the officer does next, in whole sentences."""
    first = ACTIONS[step.action][language].format(finger=FINGERS[step.finger][language])
    return " ".join([first, *(ADVICE[advice][language] for advice in step.advice)])
