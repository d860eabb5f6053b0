"""Officers who signed in: the page knows them, a second one vouches at the counter, an ended session costs nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from idverify.client import Client
from idverify.v1 import catalogue_pb2, clients_pb2
from tests.e2e.harness import NUMBER, RunningServer, enrolment
from tests.page.browser import TABLET, WIDE, Window, chromium
from tests.page.sites import LENIENT, start_site
from tests.page.steps import begin, heading, press, show, tab_to, typed
from tests.provider_kit import CLIENT, Provider

pytestmark = pytest.mark.slow

PAGE = {
    "name": "page",
    "certificateName": "page",
    "roles": ["CLIENT_ROLE_COUNTER"],
    "entitlements": [{"procedureCode": "*", "recordTypes": ["*"]}],
    "sampleKinds": ["SAMPLE_KIND_MINUTIAE", "SAMPLE_KIND_IMAGE"],
}
CLERK = {"sub": "s-1", "officer": "CB-1", "agency": "H05.12", "roles": ["clerk"], "name": "Nguyễn Thị Một"}
CHIEF = {"sub": "s-2", "officer": "CB-2", "agency": "H05.12", "roles": ["supervisor"], "name": "Trần Văn Hai"}


@dataclass
class Office:
    """The service, and the provider that its officers sign in by."""

    server: RunningServer
    provider: Provider


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def office(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    provider = Provider().start()
    running = start_site(
        folder,
        http=f"127.0.0.1:{port}",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_officer_claim="officer",
        oidc_agency_claim="agency",
        page_url=f"http://127.0.0.1:{port}",
        page_client="page",
    )
    with Client(running.address) as client:
        client.register_client(ParseDict(PAGE, clients_pb2.Client()))
        client.import_catalogue(json.dumps({"procedures": [LENIENT]}).encode(), catalogue_pb2.CATALOGUE_FORMAT_JSON)
        request = enrolment()
        client.enrol(request.citizen_number, request.personal_data, request.samples)
    (folder / "alice-80.png").write_text("alice/RIGHT_INDEX/80", "utf-8")
    yield Office(running, provider)
    running.stop()
    provider.stop()


@pytest.fixture
def window(browser: Any, office: Office) -> Iterator[Window]:
    opened = Window(browser, f"http://{office.server.http}/")
    yield opened
    opened.close()
    assert opened.errors == []


def sign_in(window: Window, office: Office, officer: dict[str, Any]) -> None:
    office.provider.be_honest(**officer)
    window.page.goto(window.url)
    heading(window, "Đăng nhập")
    assert window.held_to_wcag(WIDE, TABLET) == []
    tab_to(window, "link", "Đăng nhập")
    press(window, "Enter")
    heading(window, "Công dân đến làm thủ tục gì?")
    assert window.page.get_by_text(officer["name"]).is_visible()


def test_a_second_officer_signs_in_at_the_counter(window: Window, office: Office) -> None:
    sign_in(window, office, CLERK)
    assert window.page.get_by_role("link", name="Phụ trách").count() == 0, "a clerk has no such page"
    begin(window, LENIENT["code"])
    heading(window, "Lấy vân tay")
    tab_to(window, "button", "Không lấy được vân tay")
    press(window, "Enter")
    heading(window, "Ngoại lệ: không có vân tay")
    window.page.get_by_role("radio", name="Tay bị thương hôm nay").press("Space")
    tab_to(window, "textbox", "Số giấy tờ")
    typed(window, NUMBER)
    press(window, "Enter")
    heading(window, "Chờ cán bộ thứ hai")
    office.provider.be_honest(**CHIEF)
    tab_to(window, "button", "Cán bộ thứ hai đăng nhập tại quầy này")
    with window.page.expect_popup() as coming:
        press(window, "Enter")
    window.page.get_by_text("Cán bộ thứ hai: Trần Văn Hai").wait_for()
    if not coming.value.is_closed():
        coming.value.wait_for_event("close")
    typed(window, NUMBER)
    window.page.locator('input[name="second-reason"][value="INJURED"]').press("Space")
    assert window.held_to_wcag(WIDE, TABLET) == []
    press(window, "Enter")
    heading(window, "Cán bộ thứ hai đã xác nhận")
    press(window, "Enter")
    heading(window, "Kết quả")
    assert window.page.get_by_text("HAI CÁN BỘ ĐÃ XÁC NHẬN").first.is_visible()


def test_a_session_that_ends_loses_nothing(window: Window, office: Office) -> None:
    sign_in(window, office, CLERK)
    begin(window, LENIENT["code"])
    heading(window, "Lấy vân tay")
    window.page.context.clear_cookies()
    file = Path(office.server.settings.data_dir).parent / "alice-80.png"
    show(window, file)
    window.page.locator("#trouble a").wait_for()
    assert window.held_to_wcag(WIDE, TABLET) == []
    window.page.locator("#trouble a").focus()
    with window.page.context.expect_page() as coming:
        press(window, "Enter")
    coming.value.get_by_role("heading", name="Đã đăng nhập").wait_for()
    coming.value.close()
    window.page.get_by_role("button", name="Thử ngay").press("Enter")
    tab_to(window, "button", "So khớp với vân tay đã đăng ký")
    press(window, "Enter")
    heading(window, "Kết quả")
    window.page.get_by_role("button", name="Đăng xuất").press("Enter")
    window.page.wait_for_url(f"{office.provider.issuer}/**")  # who is signed out there too
    window.page.goto(window.url)
    heading(window, "Đăng nhập")
    window.errors[:] = [error for error in window.errors if "401" not in error and office.provider.issuer not in error]


def test_whoever_sits_down_next_sees_nobody(window: Window, office: Office) -> None:
    sign_in(window, office, CLERK)
    begin(window, LENIENT["code"])
    heading(window, "Lấy vân tay")
    other = window.page.context.new_page()
    other.goto(window.url)
    other.locator("#number").fill(NUMBER)
    window.page.get_by_role("button", name="Đăng xuất").press("Enter")
    window.page.wait_for_url(f"{office.provider.issuer}/**")
    other.get_by_role("heading", name="Đăng nhập").wait_for()
    window.page.go_back(wait_until="commit")
    heading(window, "Đăng nhập")
    assert LENIENT["code"] not in window.page.locator("body").inner_text()
    assert window.page.evaluate("sessionStorage.length") == 0
    window.errors[:] = [error for error in window.errors if office.provider.issuer not in error]


def test_a_machine_that_nobody_touches_is_signed_out(window: Window, office: Office) -> None:
    window.page.clock.install()
    sign_in(window, office, CLERK)
    window.page.locator("#number").fill(NUMBER)
    window.page.clock.fast_forward("14:00")
    window.page.locator("#number").press("End")  # somebody is there: from now on
    window.page.clock.fast_forward("14:00")
    assert window.page.locator("#number").input_value() == NUMBER
    window.page.clock.fast_forward("02:00")
    window.page.wait_for_url(f"{office.provider.issuer}/**")
    window.page.goto(window.url)
    heading(window, "Đăng nhập")
    window.errors[:] = [error for error in window.errors if office.provider.issuer not in error]


def test_nothing_of_one_officer_is_sent_as_another(window: Window, office: Office) -> None:
    sign_in(window, office, CLERK)
    typed(window, LENIENT["code"])
    window.page.get_by_role("option").first.wait_for()
    press(window, "Enter")
    typed(window, NUMBER)
    answers: list[int] = []
    window.page.on(
        "response", lambda answer: answers.append(answer.status) if "/v1/transactions" in answer.url else None
    )
    office.provider.be_honest(**CHIEF)
    other = window.page.context.new_page()
    other.goto(f"{window.url}sign-in?return_to=/signed-in")
    other.get_by_role("heading", name="Đã đăng nhập").wait_for()
    press(window, "Enter")
    heading(window, "Cán bộ khác đã đăng nhập")
    assert answers == [403], "refused, and not sent again"
    assert window.held_to_wcag(WIDE, TABLET) == []
    window.page.get_by_role("button", name="Bắt đầu lại").press("Enter")
    window.page.get_by_text(CHIEF["name"]).wait_for()
    assert window.page.locator("#number").input_value() == ""
    window.errors[:] = [error for error in window.errors if "403" not in error]
