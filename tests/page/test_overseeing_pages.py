"""The supervisor's and the auditor's page in a real browser: by keyboard, in both languages; proofs that are none."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from idverify.texts import patterns
from tests.e2e.harness import NUMBER, OTHER_NUMBER
from tests.page.browser import TABLET, WIDE, Window, chromium
from tests.page.hall import AGENCY, PROCEDURE, THIRD_NUMBER, Hall, ask_exception, open_hall
from tests.page.steps import press, tab_to, typed
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def hall(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    opened = open_hall(tmp_path_factory.mktemp("hall"))
    yield opened
    opened.server.stop()


@pytest.fixture
def window(browser: Any, hall: Hall) -> Iterator[Window]:
    opened = hall.window(browser)
    asked: list[str] = []
    opened.page.on("request", lambda request: asked.append(request.url))
    yield opened
    opened.close()
    assert not [error for error in opened.errors if "status of 4" not in error]
    assert not [url for url in asked if NUMBER in url or OTHER_NUMBER in url]


def supervising(window: Window) -> None:
    window.page.goto(f"{window.url}/supervisor")
    window.page.get_by_role("heading", level=1, name="Ai đang ngồi quầy?").wait_for()
    typed(window, "PT-1")
    press(window, "Tab")
    typed(window, AGENCY)
    press(window, "Enter")
    window.page.get_by_role("heading", level=1, name="Phụ trách").wait_for()


def test_what_waits_for_a_second_officer_is_confirmed_by_keyboard(window: Window, hall: Hall) -> None:
    transaction_id = ask_exception(hall)
    supervising(window)
    panel = window.page.locator("#panel-queue")
    panel.get_by_role("row").nth(1).wait_for()
    assert "CB-1" in panel.inner_text()
    assert transaction_id not in panel.inner_text()
    tab_to(window, "button", "Xác nhận với tư cách cán bộ thứ hai")
    press(window, "Enter")
    window.page.locator("#second-number").wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []
    assert broken(window) == []
    typed(window, OTHER_NUMBER)
    tab_to(window, "radio", patterns("page", "vi")["exception-NO_USABLE_FINGER"])
    press(window, "ArrowDown")
    tab_to(window, "button", "Tôi xác nhận công dân này")
    press(window, "Enter")
    panel.get_by_role("alert").first.wait_for()
    window.page.locator("#second-number").fill(NUMBER)
    tab_to(window, "button", "Tôi xác nhận công dân này")
    press(window, "Enter")
    window.page.locator("#second-number").wait_for(state="detached")
    assert panel.get_by_role("button", name="Xác nhận").count() == 0


def test_figures_are_drawn_and_stand_in_tables_in_both_languages(window: Window) -> None:
    supervising(window)
    panel = window.page.locator("#panel-decisions")
    panel.locator("svg.chart rect.match").wait_for()
    assert panel.locator("svg.chart").get_attribute("role") == "img"
    panel.locator("summary").press("Enter")
    table = panel.get_by_role("table").first
    assert "0,0 %" in panel.inner_text()
    assert "1" in table.get_by_role("row").nth(1).inner_text()
    assert window.held_to_wcag(WIDE, TABLET) == []
    window.page.locator("#language").press("Enter")
    window.page.get_by_role("heading", level=1, name="Supervisor").wait_for()
    assert panel.get_by_text("The citizen").first.is_visible()
    assert "Right index finger" in panel.inner_text()
    assert "0.0 %" in panel.inner_text()
    window.page.locator("#first-day").fill("1/1/2020")
    window.page.locator("#last-day").fill("31/02/2020")
    panel.get_by_role("button", name="Show").press("Enter")
    panel.get_by_text("Type day, month and year").wait_for()
    window.page.locator("#last-day").fill("02/01/2020")
    panel.get_by_role("button", name="Show").press("Enter")
    panel.get_by_text("Nothing was decided").wait_for()
    window.page.locator("#last-day").fill("02/01/2026")
    panel.get_by_role("button", name="Show").press("Enter")
    panel.get_by_role("alert").wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []


def test_a_lock_is_lifted_with_a_reason_and_an_act_approved(window: Window, hall: Hall) -> None:
    refused = hall.call("/v1/citizens:delete", {"citizenNumber": THIRD_NUMBER})
    assert refused.json()["reason"] == "SECOND_PERSON_REQUIRED"
    supervising(window)
    locks, acts = window.page.locator("#panel-locks"), window.page.locator("#panel-acts")
    locks.get_by_role("row").nth(1).wait_for()
    assert "counter-1" in locks.inner_text()
    locks.get_by_role("button", name="Mở khóa").first.press("Enter")
    locks.get_by_role("button", name="Mở khóa").last.press("Enter")
    locks.get_by_text("Hãy chọn lý do.").wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []
    locks.get_by_role("radio", name="Ảnh vân tay kém").press("Space")
    locks.get_by_role("button", name="Mở khóa").last.press("Enter")
    locks.get_by_text("Không ai bị khóa.").wait_for()
    acts.get_by_role("button", name="Xem").press("Enter")
    acts.get_by_role("button", name="Duyệt và thực hiện").wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []
    acts.get_by_role("button", name="Duyệt và thực hiện").press("Enter")
    acts.get_by_text("Không có việc nào chờ duyệt.").wait_for()
    gone = hall.call("/v1/transactions", {"context": {"procedureCode": PROCEDURE}, "citizenNumber": THIRD_NUMBER})
    assert gone.json()["reason"] == "SUBJECT_NOT_FOUND"


def auditing(window: Window) -> None:
    window.page.goto(f"{window.url}/auditor")
    window.page.get_by_role("heading", level=1, name="Ai đang ngồi quầy?").wait_for()
    typed(window, "KT-1")
    press(window, "Enter")
    window.page.get_by_role("heading", level=1, name="Kiểm tra nhật ký").wait_for()


def test_a_citizens_events_are_found_shown_and_proven(window: Window, tmp_path: Path) -> None:
    auditing(window)
    tab_to(window, "textbox", "Số định danh cá nhân")
    typed(window, NUMBER)
    press(window, "Enter")
    window.page.get_by_text("Hãy chọn mục đích").wait_for()
    window.page.locator("#purpose").select_option("INVESTIGATION")
    window.page.locator("#action").fill("xác minh công dân")
    press(window, "Enter")
    rows = window.page.locator("tbody tr")
    rows.first.wait_for()
    assert rows.count() == 1
    assert PROCEDURE in rows.first.inner_text()
    told = rows.first.locator("td span, td code").all_inner_texts()
    assert {"Khớp", "MATCH", "Xác minh công dân", "Verify"} <= set(told)
    assert window.held_to_wcag(WIDE, TABLET) == []
    assert broken(window) == []
    assert window.page.get_by_role("cell").count() == 7  # a card is a row of a table still
    with window.page.expect_download() as coming:
        window.page.get_by_role("button", name="Lưu thành bảng tính").press("Enter")
    table = list(csv.reader(io.StringIO(Path(coming.value.path()).read_text("utf-8-sig"))))
    assert (table[0][:4], table[1][3]) == (["sequence", "time", "caller", "action"], "Verify")
    rows.first.get_by_role("button").press("Enter")
    window.page.get_by_role("button", name="Lấy khóa từ dịch vụ này").first.press("Enter")
    wait_until(window.page.locator("#event-keys").input_value)
    window.page.get_by_role("button", name="Lấy chứng cứ và kiểm tra tại đây").press("Enter")
    window.page.get_by_text("CHỨNG CỨ ĐÚNG").wait_for()
    assert window.page.get_by_text("toàn bộ sự kiện").is_visible()
    assert window.held_to_wcag(WIDE, TABLET) == []
    key = window.page.locator("#event-keys").input_value()
    with window.page.expect_download() as coming:
        window.page.get_by_role("button", name="Lưu tệp chứng cứ").press("Enter")
    proof = Path(coming.value.path()).read_bytes()
    assert window.reflows()
    assert proof.startswith(b"c2sp.org/tlog-proof@v1\n")
    checked(window, tmp_path, proof, key)


def test_a_search_is_on_record_with_the_officer_who_says_who_they_are(window: Window, hall: Hall) -> None:
    auditing(window)
    window.page.locator("#number").fill(NUMBER)
    window.page.locator("#purpose").select_option("CORRECTION")
    window.page.locator("#since").fill("hôm qua")
    press(window, "Enter")
    window.page.get_by_text("Hãy nhập ngày, tháng, năm").wait_for()
    window.page.locator("#since").fill("01/02/2020 08:30")
    window.page.get_by_role("button", name="Tìm", exact=True).press("Enter")
    window.page.locator("tbody tr").first.wait_for()
    found = hall.done("/v1/auditEvents:search", {"action": "SearchAuditEvents", "officerId": "KT-1"}, "hall")
    assert found["events"]


def broken(window: Window) -> list[str]:
    """Return the words and codes of tables that stand on several lines each."""
    found: list[str] = window.page.evaluate("""() => {
        const broken = [];
        for (const cell of document.querySelectorAll("tbody td, tbody th")) {
            const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
            while (texts.nextNode()) {
                for (const word of texts.currentNode.data.matchAll(/\\S+/g)) {
                    const range = document.createRange();
                    range.setStart(texts.currentNode, word.index);
                    range.setEnd(texts.currentNode, word.index + word[0].length);
                    if (range.getClientRects().length > 1) broken.push(word[0]);
                }
            }
        }
        return broken;
    }""")
    return found


def checked(window: Window, folder: Path, proof: bytes, key: str) -> None:
    """Have the file checked, and each kind of a changed one."""
    extra = proof.split(b"\n")[1]
    cases = {
        "HOLDS": (proof, key),
        "PROOF_MALFORMED": (proof.replace(extra, extra[:-4]), key),
        "PROOF_NOT_SIGNED": (proof, ""),
        "PROOF_SIGNATURE_INVALID": (changed_root(proof), key),
        "PROOF_NOT_IN_LOG": (proof.replace(b"\nindex ", b"\nindex 1"), key),
        "KEY_MALFORMED": (proof, "no key"),
    }
    panel = window.page.locator("section", has=window.page.locator("#proof-file"))
    assert "Chưa chọn tệp nào" in panel.inner_text()
    for reason, (content, keys) in cases.items():
        (folder / "event.tlog-proof").write_bytes(content)
        window.page.locator("#proof-file").set_input_files(folder / "event.tlog-proof")
        assert "event.tlog-proof" in panel.locator(".chooser").inner_text()
        window.page.locator("#file-keys").fill(keys)
        panel.get_by_role("button", name="Kiểm tra", exact=True).press("Enter")
        panel.get_by_text("CHỨNG CỨ ĐÚNG" if reason == "HOLDS" else reason).wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []


def changed_root(proof: bytes) -> bytes:
    """Return a proof whose checkpoint names one entry more."""
    head, _, note = proof.partition(b"\n\n")
    origin, size, *others = note.split(b"\n")
    return head + b"\n\n" + b"\n".join([origin, str(int(size) + 1).encode(), *others])
