"""Without a finger: two officers vouch, the second from a machine of their own; callers known by certificates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.certificates import Authority
from tests.e2e.doors import Pair
from tests.e2e.harness import NUMBER
from tests.page.browser import TABLET, WIDE, Window, chromium
from tests.page.sites import LENIENT, enrol, import_procedures, start_site
from tests.page.steps import begin, heading, open_counter, press, tab_to, typed

pytestmark = pytest.mark.slow

CLIENTS = """
[clients.counter-1]
roles = ["counter"]
agency_code = "H05.12"
sample_kinds = ["image", "minutiae"]
procedures = { "*" = ["*"] }

[clients.counter-2]
roles = ["counter"]
agency_code = "H05.12"
procedures = { "*" = ["*"] }

[clients.office]
roles = ["admin", "enroller"]
sample_kinds = ["image", "minutiae"]
"""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    for name in ("server", "counter-1", "counter-2", "office"):
        made.issue(name)
    return made


@pytest.fixture
def windows(tmp_path: Path, authority: Authority) -> Iterator[list[Window]]:
    """Windows of two officers, whose browsers show the certificates of their counters."""
    with chromium() as browser:
        clients = tmp_path / "clients.toml"
        clients.write_text(CLIENTS, "utf-8")
        files = {"tls_cert": tmp_path / "server.crt", "tls_key": tmp_path / "server.key"}
        running = start_site(tmp_path, tls_client_ca=authority.path, clients_file=clients, **files)
        url = f"https://{running.http}"
        office = {"verify": Pair(authority, "office").for_http()}
        enrol(url, tmp_path, **office)
        import_procedures(url, LENIENT, **office)
        opened = []
        for name in ("counter-1", "counter-2"):
            shown = {"origin": url, "certPath": tmp_path / f"{name}.crt", "keyPath": tmp_path / f"{name}.key"}
            opened.append(Window(browser, f"{url}/", ignore_https_errors=True, client_certificates=[shown]))
        yield opened
        for window in opened:
            window.close()
        running.stop()
        assert [window.errors for window in opened] == [[], []]


def confirm(window: Window, transaction: str) -> None:
    """Confirm as the second officer does, in a browser of their own."""
    open_counter(window, "CB-2")
    tab_to(window, "button", "Xác nhận cùng đồng nghiệp")
    press(window, "Enter")
    heading(window, "Xác nhận với tư cách cán bộ thứ hai")
    typed(window, transaction)
    press(window, "Tab")
    typed(window, NUMBER)
    window.page.get_by_role("radio", name="Tay bị thương hôm nay").press("Space")
    assert window.held_to_wcag(WIDE, TABLET) == []
    press(window, "Enter")
    heading(window, "Đã xác nhận")
    assert window.page.get_by_text("CB-1").is_visible()


def test_two_officers_vouch_by_keyboard_alone(windows: list[Window]) -> None:
    window, other = windows
    open_counter(window)
    begin(window, "2.111111")
    heading(window, "Lấy vân tay")
    tab_to(window, "button", "Không lấy được vân tay")
    press(window, "Enter")
    heading(window, "Ngoại lệ: không có vân tay")
    assert window.held_to_wcag(WIDE, TABLET) == []
    tab_to(window, "button", "Đề nghị cán bộ thứ hai xác nhận")
    press(window, "Enter")
    window.page.get_by_text("Hãy chọn lý do.").wait_for()
    window.page.get_by_role("radio", name="Tay bị thương hôm nay").press("Space")
    tab_to(window, "textbox", "Số giấy tờ")
    typed(window, "027199000001")
    press(window, "Enter")
    heading(window, "Chờ cán bộ thứ hai")
    assert window.held_to_wcag(WIDE, TABLET) == []
    confirm(other, window.page.locator("p.code").inner_text())
    heading(window, "Cán bộ thứ hai đã xác nhận")
    press(window, "Enter")
    heading(window, "Kết quả")
    assert window.page.get_by_text("HAI CÁN BỘ ĐÃ XÁC NHẬN").first.is_visible()
    assert window.held_to_wcag(WIDE, TABLET) == []
