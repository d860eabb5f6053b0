"""The counter page in a real browser, by keyboard alone: from the procedure to the PDF, and the ways beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import PIL.Image
import pytest

from enroll_tools.scanner.device import Play, Scanner
from enroll_tools.scanner.folder import PrintFolder, load_prints
from enroll_tools.scanner.identity import Identity
from enroll_tools.scanner.server import ScannerServer
from tests.e2e.harness import NUMBER, OTHER_NUMBER, RunningServer, context
from tests.page.browser import TABLET, WIDE, Window, chromium
from tests.page.sites import (
    BIRTH,
    BUSINESS,
    DOSSIER,
    MARKUP,
    asked_by_portal,
    enrol,
    enrol_other,
    import_procedures,
    put_record,
    set_pin,
    start_site,
)
from tests.page.steps import begin, heading, open_counter, press, show, tab_to, typed

pytestmark = pytest.mark.slow

HOSTILE = {
    "code": "2.999999",
    "title": f"Thủ tục {MARKUP}",
    "agency": MARKUP,
    "target_fmr": 1e-4,
    "legal_basis": f"Luật {MARKUP}",
    "records": [
        {"record_type": "identity", "fields": ["full_name"], "required": True, "replaced_paper": MARKUP},
        {"record_type": "residence", "fields": ["permanent_address"], "required": True, "replaced_paper": MARKUP},
    ],
}

PIN = "802915"
GROUPED = " ".join(NUMBER[at : at + 3] for at in range(0, 12, 3))
SEVERE = {
    "code": "2.333333",
    "title": "Thủ tục cần mã PIN",
    "agency": "Ủy ban nhân dân cấp tỉnh",
    "target_fmr": 1e-4,
    "legal_basis": "Luật thử",
    "required_assurance": "level-3",
    "records": [{"record_type": "identity", "fields": ["full_name"], "required": True, "replaced_paper": "Thẻ"}],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("counter-page")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def scanner(folder: Path) -> Iterator[int]:
    """The port of a scanner that sees no finger at first, and a good one next."""
    prints = folder / "prints"
    prints.mkdir()
    PIL.Image.new("L", (160, 200), 128).save(prints / "RIGHT_INDEX.png", dpi=(500, 500))
    played = Scanner(PrintFolder(load_prints(prints)), Identity("SIM-1"), [Play.NO_FINGER, Play.GOOD])
    server = ScannerServer(played, 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def site(browser: Any, folder: Path, scanner: int) -> Iterator[RunningServer]:
    running = start_site(folder, scanner_ports=str(scanner))
    url = f"http://{running.http}"
    enrol(url, folder)
    enrol_other(url)
    put_record(url, "residence", {"permanent_address": {"province": "Bắc Ninh", "commune": MARKUP}})
    import_procedures(url, HOSTILE, SEVERE)
    set_pin(url, PIN)
    yield running
    running.stop()


@pytest.fixture
def window(browser: Any, site: RunningServer) -> Iterator[Window]:
    opened = Window(browser, f"http://{site.http}/")
    yield opened
    opened.close()
    assert opened.errors == []


def test_from_procedure_to_pdf_in_vietnamese_by_keyboard_alone(window: Window, folder: Path) -> None:
    window.page.goto(window.url)
    heading(window, "Ai đang ngồi quầy?")
    assert window.held_to_wcag(WIDE, TABLET) == []
    open_counter(window)
    typed(window, "khai sinh dang ky")  # without marks, in any order
    window.page.get_by_role("option", name=BIRTH).wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []
    press(window, "Enter")
    typed(window, NUMBER)
    press(window, "Tab")
    typed(window, DOSSIER)
    press(window, "Enter")
    heading(window, "Lấy vân tay")
    assert window.page.get_by_role("radio", name="Ngón trỏ phải").is_checked()
    tab_to(window, "radio", "Ngón trỏ phải (nên dùng)")
    show(window, folder / "alice-80.png")
    window.page.get_by_text("Ảnh tốt").first.wait_for()
    window.page.get_by_role("img", name="25 điểm đặc trưng").wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []
    assert window.reflows()
    tab_to(window, "button", "So khớp với vân tay đã đăng ký")
    press(window, "Enter")
    heading(window, "Kết quả")
    assert window.page.get_by_text("ĐÚNG CÔNG DÂN").first.is_visible()
    assert "Bản sao thẻ căn cước" in window.page.locator(".papers.spared").inner_text()
    optional = window.page.get_by_role("heading", name="Không có trong hệ thống, nộp nếu có").locator("+ ul")
    assert "Giấy chứng nhận kết hôn của cha mẹ" in optional.inner_text()
    assert window.held_to_wcag(WIDE, TABLET) == []
    tab_to(window, "button", "Lập bản xác nhận (PDF)")
    press(window, "Enter")
    window.page.get_by_text("Đã lập bản xác nhận").first.wait_for()
    tab_to(window, "link", "Tải PDF về")
    with window.page.expect_download() as coming:
        press(window, "Enter")
    assert Path(coming.value.path()).read_bytes().startswith(b"%PDF-")
    assert coming.value.suggested_filename == f"{DOSSIER}.pdf"
    assert window.held_to_wcag(WIDE, TABLET) == []
    assert window.reflows()


def test_in_english_with_consent_by_keyboard_alone(window: Window, folder: Path) -> None:
    open_counter(window)
    tab_to(window, "combobox", "Thủ tục")
    typed(window, "household")
    window.page.get_by_role("option", name=BUSINESS).wait_for()
    press(window, "Enter")
    typed(window, NUMBER)
    window.page.locator("#language").focus()
    press(window, "Enter")
    heading(window, "What has the citizen come for?")
    assert window.page.locator("#number").input_value() == NUMBER, "what was typed stays"
    assert window.page.locator("html").get_attribute("lang") == "en"
    tab_to(window, "button", "Begin")
    press(window, "Enter")
    heading(window, "Take a fingerprint")
    show(window, folder / "alice-80.png")
    tab_to(window, "button", "Go on")
    press(window, "Enter")
    heading(window, "Does the citizen agree?")
    assert window.held_to_wcag(WIDE, TABLET) == []
    tab_to(window, "radio", "Spoken to the officer")
    press(window, "Space", "Tab", "Space")
    tab_to(window, "button", "The citizen agrees")
    press(window, "Enter")
    heading(window, "Ready to compare")
    press(window, "Enter")
    heading(window, "Result")
    assert window.page.get_by_text("THIS IS THE CITIZEN").first.is_visible()
    tab_to(window, "button", "Make the confirmation (PDF)")
    press(window, "Enter")
    window.page.get_by_text("Enter the dossier.").wait_for()
    typed(window, DOSSIER)
    press(window, "Enter")
    window.page.get_by_text("The confirmation is made").first.wait_for()
    tab_to(window, "link", "Save the PDF")
    with window.page.expect_download() as coming:
        press(window, "Enter")
    assert Path(coming.value.path()).read_bytes().startswith(b"%PDF-")
    window.page.reload()
    heading(window, "A transaction is open")
    typed(window, NUMBER)
    press(window, "Enter")
    heading(window, "Result")
    assert window.page.get_by_text("Go on with the procedure").is_visible(), "the same answer again"


def test_a_poor_print_is_told_and_a_reload_forgets_nothing(window: Window, folder: Path) -> None:
    open_counter(window)
    begin(window, BIRTH)
    heading(window, "Lấy vân tay")
    show(window, folder / "alice-5.png")
    window.page.get_by_text("Đã có 1 ảnh chưa dùng được.").wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []
    window.page.reload()
    heading(window, "Có một giao dịch đang mở")
    kept = window.page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert NUMBER not in kept
    assert window.held_to_wcag(WIDE, TABLET) == []
    typed(window, OTHER_NUMBER)
    press(window, "Enter")
    heading(window, "Lấy vân tay")
    show(window, folder / "bob-80.png")
    tab_to(window, "button", "So khớp với vân tay đã đăng ký")
    press(window, "Enter")
    heading(window, "Nhập lại số định danh")
    assert window.held_to_wcag(WIDE, TABLET) == []
    typed(window, GROUPED)
    press(window, "Enter")
    heading(window, "Sẵn sàng so khớp")
    press(window, "Enter")
    heading(window, "Kết quả so khớp")
    assert window.page.get_by_text("KHÔNG KHỚP").first.is_visible()
    assert window.page.get_by_text(GROUPED).is_visible(), "to be compared with the card"
    assert window.held_to_wcag(WIDE, TABLET) == []
    tab_to(window, "button", "Số đã nhập sai")
    press(window, "Enter")
    heading(window, "Công dân đến làm thủ tục gì?")
    assert window.page.locator("#number").input_value() == NUMBER
    window.errors[:] = [error for error in window.errors if "400" not in error]


def test_what_others_wrote_stays_text(window: Window, folder: Path) -> None:
    open_counter(window)
    begin(window, "2.999999")
    heading(window, "Lấy vân tay")
    assert MARKUP in window.page.locator(".about").inner_text()
    show(window, folder / "alice-80.png")
    tab_to(window, "button", "So khớp với vân tay đã đăng ký")
    press(window, "Enter")
    heading(window, "Kết quả")
    assert window.page.locator("td", has_text="onerror").count() == 1
    assert window.page.locator("main img, main script").count() == 0
    assert window.page.title() != "owned"


def test_while_the_service_is_gone_nothing_is_lost(window: Window) -> None:
    open_counter(window)
    keys: list[str] = []
    back = threading.Event()

    def asked(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if back.is_set():
            route.continue_()
        else:
            route.abort()

    window.page.route("**/v1/transactions", asked)
    begin(window, BIRTH)
    window.page.get_by_role("alert").filter(has_text="Chưa kết nối được").wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []
    back.set()
    window.page.get_by_role("button", name="Thử ngay").press("Enter")
    heading(window, "Lấy vân tay")
    assert len(keys) > 1
    assert len(set(keys)) == 1, "asked again, and not another time"
    assert window.page.get_by_role("alert").count() == 0
    window.errors[:] = [error for error in window.errors if "ERR_FAILED" not in error]


def test_a_scanner_is_asked_again_and_a_pin_besides(window: Window) -> None:
    open_counter(window)
    typed(window, "2.333333")
    window.page.get_by_role("option").first.wait_for()
    press(window, "Enter")
    typed(window, "12")
    press(window, "Enter")
    wrong = window.page.locator("#number[aria-invalid]")
    wrong.wait_for()
    assert window.page.locator("#number-wrong").inner_text()
    wrong.fill(NUMBER)
    press(window, "Enter")
    heading(window, "Lấy vân tay")
    tab_to(window, "button", "Quét vân tay")
    press(window, "Enter")
    alert = window.page.locator(".scanner [role=alert]")
    alert.wait_for()
    assert "(" not in alert.inner_text(), "no words of the maker's where there are ours"
    tab_to(window, "button", "Quét vân tay")
    press(window, "Enter")
    tab_to(window, "button", "Tiếp tục")
    press(window, "Enter")
    heading(window, "Mời công dân nhập mã PIN")
    assert window.held_to_wcag(WIDE, TABLET) == []
    typed(window, "918273")
    press(window, "Enter")
    window.page.get_by_text("Mã PIN không đúng. Còn 2 lần thử.").wait_for()
    typed(window, PIN)
    press(window, "Enter")
    heading(window, "Sẵn sàng so khớp")
    press(window, "Enter")
    heading(window, "Kết quả")
    tab_to(window, "button", "Công dân tiếp theo")
    press(window, "Enter")
    heading(window, "Công dân đến làm thủ tục gì?")
    assert window.page.locator("#number").input_value() == ""
    assert window.page.evaluate("sessionStorage.getItem('idverify.transaction')") is None
    window.errors[:] = [error for error in window.errors if "/v1/transactions" not in error]


def test_an_image_is_pasted_or_dropped(window: Window) -> None:
    open_counter(window)
    begin(window, BIRTH)
    heading(window, "Lấy vân tay")
    hand_over = """([kind, place]) => {
      const given = new DataTransfer();
      given.items.add(new File(["alice/RIGHT_INDEX/80"], "print.png", { type: "image/x-print" }));
      const event = kind === "paste" ? new ClipboardEvent("paste", { clipboardData: given, bubbles: true })
        : new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true });
      document.querySelector(place).dispatchEvent(event);
    }"""
    for given in (["paste", "body"], ["drop", ".drop"]):
        window.page.evaluate("document.querySelector('.outcome').replaceChildren()")
        window.page.evaluate(hand_over, given)
        window.page.get_by_role("img", name="25 điểm đặc trưng").wait_for()


def test_a_citizen_proves_a_sign_in_at_a_portal(window: Window, site: RunningServer, folder: Path) -> None:
    asked_by_portal(site, BUSINESS)
    open_counter(window)
    window.page.locator("#number").fill(NUMBER)
    window.page.locator("summary", has_text="cổng dịch vụ").press("Enter")
    tab_to(window, "button", "Xem yêu cầu đăng nhập")
    press(window, "Enter")
    window.page.get_by_role("radio", name="portal: Đăng ký thành lập hộ kinh doanh").press("Space")
    assert window.held_to_wcag(WIDE, TABLET) == []
    tab_to(window, "button", "Bắt đầu")
    press(window, "Enter")
    heading(window, "Lấy vân tay")
    assert window.page.locator(".about").inner_text().startswith(BUSINESS)
    tab_to(window, "button", "Bỏ giao dịch này")
    press(window, "Enter")
    heading(window, "Công dân đến làm thủ tục gì?")


def test_a_transaction_whose_time_is_over_says_so(window: Window, site: RunningServer) -> None:
    open_counter(window)
    begin(window, BIRTH)
    heading(window, "Lấy vân tay")
    transaction_id, nonce, step = window.page.evaluate(
        "Object.values((({transactionId, nonce, step}) => ({transactionId, nonce, step}))"
        "(JSON.parse(sessionStorage.getItem('idverify.transaction'))))"
    )
    with httpx2.Client(base_url=f"http://{site.http}") as elsewhere:
        request = {
            "context": {"requestId": context().request_id},
            "step": {"transactionId": transaction_id, "nonce": nonce, "step": step},
        }
        assert elsewhere.post(f"/v1/transactions/{transaction_id}:end", json=request).status_code == 200
    window.page.reload()
    heading(window, "Giao dịch đã kết thúc")
    assert window.held_to_wcag(WIDE, TABLET) == []
    window.page.get_by_role("button", name="Bắt đầu lại").press("Enter")
    heading(window, "Công dân đến làm thủ tục gì?")


def test_an_answer_that_comes_late_is_not_for_the_next_citizen(window: Window, folder: Path) -> None:
    open_counter(window)
    begin(window, BIRTH)
    heading(window, "Lấy vân tay")
    held: list[Any] = []
    window.page.route("**/captures", lambda route: held.append((route, route.fetch())), times=1)
    show(window, folder / "alice-80.png")
    while not held:
        window.page.wait_for_timeout(20)
    former = window.page.evaluate("JSON.parse(sessionStorage.getItem('idverify.transaction')).transactionId")
    window.page.get_by_role("button", name="Bỏ giao dịch này").press("Enter")
    heading(window, "Công dân đến làm thủ tục gì?")
    told = window.page.request.get(f"{window.url}v1/transactions/{former}").json()
    assert told["standing"]["next"]["action"] == "OFFICER_ACTION_DONE", "though the print was taken before"
    window.page.locator("#number").focus()
    typed(window, NUMBER)
    press(window, "Enter")
    heading(window, "Lấy vân tay")
    ((route, answer),) = held
    route.fulfill(response=answer)
    show(window, folder / "alice-80.png")
    tab_to(window, "button", "So khớp với vân tay đã đăng ký")
    press(window, "Enter")
    heading(window, "Kết quả")
    window.errors[:] = [error for error in window.errors if "400" not in error]
