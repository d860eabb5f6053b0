"""What the officer does next, in words: Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping

from idverify.domain.guidance.language import Text
from idverify.domain.model import Action, Advice, FingerException, FingerFault, FingerPosition, Language, NextStep

ACTIONS: Mapping[Action, Text] = {
    Action.CAPTURE: Text(
        "Mời công dân đặt {finger} lên máy quét.", "Have the citizen place the {finger} on the scanner."
    ),
    Action.READ_CARD: Text("Đọc chip thẻ căn cước của công dân.", "Read the chip of the citizen's identity card."),
    Action.ENTER_PIN: Text("Mời công dân tự nhập mã PIN.", "Have the citizen enter their PIN themselves."),
    Action.CONSENT: Text(
        "Cho công dân xem hoặc đọc nội dung đồng ý, rồi ghi nhận câu trả lời.",
        "Show or read the consent text to the citizen, and note the answer.",
    ),
    Action.AUTHENTICATE: Text("Đã đủ vân tay: gửi yêu cầu xác thực.", "Enough was captured: have it compared."),
    Action.SECOND_OFFICER: Text(
        "Mời cán bộ thứ hai xem giấy tờ và xác nhận trên máy của mình.",
        "Ask a second officer to look at the documents and confirm on a machine of their own.",
    ),
    Action.CONCLUDE: Text(
        "Đã có hai cán bộ xác nhận: gửi yêu cầu kết thúc không dùng vân tay.",
        "Two officers vouch for the citizen: have it concluded without a finger.",
    ),
    Action.STOP: Text(
        "Dừng lấy vân tay: đã hết số lần thử. Xác minh công dân bằng cách khác.",
        "Stop capturing: no try is left. Identify the citizen by other means.",
    ),
    Action.DONE: Text("Giao dịch đã kết thúc.", "The transaction has ended."),
}

MAY_BE_PASSED = Text(
    "Nếu công dân không có, gửi yêu cầu xác thực: một phần thông tin sẽ không được cung cấp.",
    "Where the citizen has none, have the fingers compared: some fields are kept back then.",
)

EXPIRED = Text("Đã quá thời hạn: hãy bắt đầu giao dịch mới.", "Its time is over: begin a new one.")

FINGERS: Mapping[FingerPosition | None, Text] = {
    None: Text("một ngón tay", "finger"),
    FingerPosition.UNKNOWN: Text("ngón tay đã đăng ký", "enrolled finger"),
    FingerPosition.RIGHT_THUMB: Text("ngón cái phải", "right thumb"),
    FingerPosition.RIGHT_INDEX: Text("ngón trỏ phải", "right index finger"),
    FingerPosition.RIGHT_MIDDLE: Text("ngón giữa phải", "right middle finger"),
    FingerPosition.RIGHT_RING: Text("ngón áp út phải", "right ring finger"),
    FingerPosition.RIGHT_LITTLE: Text("ngón út phải", "right little finger"),
    FingerPosition.LEFT_THUMB: Text("ngón cái trái", "left thumb"),
    FingerPosition.LEFT_INDEX: Text("ngón trỏ trái", "left index finger"),
    FingerPosition.LEFT_MIDDLE: Text("ngón giữa trái", "left middle finger"),
    FingerPosition.LEFT_RING: Text("ngón áp út trái", "left ring finger"),
    FingerPosition.LEFT_LITTLE: Text("ngón út trái", "left little finger"),
}

ADVICE: Mapping[Advice, Text] = {
    Advice.NO_FINGER: Text(
        "Không thấy ngón tay: đặt ngón vào giữa mặt kính.", "No finger is seen: place it in the middle of the sensor."
    ),
    Advice.TOO_FEW_MINUTIAE: Text(
        "Đặt phần thịt của ngón, không đặt đầu ngón; hoặc lấy ngón khác.",
        "Press the flat of the finger, not its tip; or take another finger.",
    ),
    Advice.SMALL_AREA: Text("Đặt ngón vào giữa và ấn thêm một chút.", "Centre the finger and press a little more."),
    Advice.TOO_WET: Text("Ngón tay ướt: lau khô và ấn nhẹ hơn.", "The finger is wet: dry it and press less."),
    Advice.TOO_DRY: Text(
        "Ngón tay khô: làm ẩm một chút và ấn mạnh hơn.", "The finger is dry: moisten it a little and press more."
    ),
    Advice.LOW_CONTRAST: Text("Ảnh mờ: lau sạch mặt kính.", "Little contrast: clean the sensor."),
}


def wait_text(seconds: int) -> Text:
    """Return how long nothing is compared."""
    return Text(f"Chờ {seconds} giây trước khi so vân tay.", f"Wait {seconds} seconds before the comparison.")


FAULTS: Mapping[FingerFault, Text] = {
    FingerFault.MISSING: Text("không có", "is missing"),
    FingerFault.DAMAGED: Text("không còn rõ vân", "shows no ridges"),
    FingerFault.BANDAGED: Text("đang băng", "is bandaged"),
}

_UNTIL = Text(" đến hết ngày {day:%d/%m/%Y}", " until {day.day} {day:%B %Y}")


def unavailable_text(finger: FingerException, language: Language) -> str:
    """Return which finger is not to be asked for, why, and until when, in one sentence."""
    which, why = (text.in_language(language) for text in (FINGERS[finger.position], FAULTS[finger.fault]))
    until = _UNTIL.in_language(language).format(day=finger.until) if finger.until else ""
    sentence = f"{which} {why}{until}."
    return ("The " + sentence) if language is Language.EN else sentence[0].upper() + sentence[1:]


def officer_text(step: NextStep, language: Language) -> str:
    """Return what the officer does next, in whole sentences."""
    first = ACTIONS[step.action].in_language(language).format(finger=FINGERS[step.finger].in_language(language))
    told = {MAY_BE_PASSED: step.may_be_passed, EXPIRED: step.expired, wait_text(step.wait_seconds): step.wait_seconds}
    besides = [text.in_language(language) for text, holds in told.items() if holds]
    return " ".join([first, *besides, *(ADVICE[advice].in_language(language) for advice in step.advice)])
