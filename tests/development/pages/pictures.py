"""Takes the pictures of the pages for the docs, of the service as it is, with synthetic prints.

python -m tests.development.pages.pictures

A picture is written over only where it differs so that somebody would see it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2
import numpy as np
import PIL.Image
import pytest

from enroll_tools.synthetic.prints.impression import make_impression
from enroll_tools.synthetic.prints.master import make_master
from idverify.bootstrap import build
from matcher.types import Image
from tests.e2e.harness import NUMBER, RunningServer, local_settings
from tests.page.browser import TABLET, WIDE, Window, chromium
from tests.page.sites import BIRTH, put_record
from tests.page.steps import begin, heading, open_counter, press, show, tab_to
from tests.places import REPOSITORY
from tests.waiting import wait_until

PICTURES = REPOSITORY / "docs" / "pictures"
_SEED = 7
_SEEN = 12
"""Difference of a grey level that is seen; less comes of how letters are smoothed."""
_MOST_SEEN = 0.002
"""Part of a picture that may differ so and be the same picture: the time of day."""
_MOST_SEEN_OF = {"auditor": 0.02}
"""Of a picture that shows more of what is drawn by lot: keys and identifiers."""


def main() -> int:
    """Take them; return the exit status."""
    try:
        with chromium() as browser, TemporaryDirectory() as kept:
            folder = Path(kept)
            running = _site(folder)
            try:
                window = Window(browser, f"http://{running.http}/")
                _counter(window, folder, lambda name: _keep(window, name))
                _overseeing(window, lambda name: _keep(window, name))
                window.close()
            finally:
                running.stop()
    except pytest.skip.Exception as missing:
        print(f"the pictures of the pages are as they were: {missing}", file=sys.stderr)
    return 0


def _site(folder: Path) -> RunningServer:
    settings = local_settings(folder / "data", None, http="127.0.0.1:0", scanner_ports="")
    running = RunningServer(settings, build(settings)).start()
    master = make_master(_SEED)
    files = [folder / f"{seed}.png" for seed in range(3)]
    for seed, file in enumerate(files):
        file.write_bytes(_png(make_impression(master, seed).image))
    url = f"http://{running.http}"
    request = (
        f'{{"citizenNumber": "{NUMBER}", "personalData":'
        ' {"fullName": "Nguyễn Thị Thử", "birthDate": "1999-05-01", "sex": "F"}}'
    )
    with httpx2.Client(base_url=url) as client:
        answer = client.post(
            "/v1/citizens",
            files={"request": (None, request), "RIGHT_INDEX": files[0].read_bytes()},
            headers={"idempotency-key": "7f9c1c6e-8f0b-4d5a-9a38-2f1f3a1f0c11"},
        )
        answer.raise_for_status()
    address = {"province": "Bắc Ninh", "commune": "Phường Kinh Bắc", "detail": "Số 1, đường Thử Nghiệm"}
    put_record(url, "residence", {"permanent_address": address})
    return running


def _png(image: Image) -> bytes:
    out = io.BytesIO()
    PIL.Image.fromarray(image.pixels).save(out, "PNG", dpi=(image.resolution_ppi, image.resolution_ppi))
    return out.getvalue()


def _counter(window: Window, folder: Path, keep: Callable[[str], None]) -> None:
    open_counter(window)
    begin(window, BIRTH)
    heading(window, "Lấy vân tay")
    show(window, folder / "2.png")
    window.page.locator("figure svg").wait_for()
    keep("counter-finger")
    tab_to(window, "button", "So khớp với vân tay đã đăng ký")
    press(window, "Enter")
    heading(window, "Kết quả")
    window.page.get_by_text("ĐÚNG CÔNG DÂN").first.wait_for()
    keep("counter-match")
    window.page.locator("#language").press("Enter")
    window.page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})
    heading(window, "Result")
    keep("counter-match-tablet")
    window.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def _overseeing(window: Window, keep: Callable[[str], None]) -> None:
    """Go on in the same window, by the officer of the counter, in Vietnamese again."""
    page = window.page
    page.goto(f"{window.url}supervisor")
    page.locator("#language").press("Enter")
    page.locator("svg.chart").first.wait_for()
    keep("supervisor")
    page.goto(f"{window.url}auditor")
    page.locator("#action").fill("AuthenticateCitizen")
    page.keyboard.press("Enter")
    page.locator("tbody tr").first.get_by_role("button").press("Enter")
    page.get_by_role("button", name="Lấy khóa từ dịch vụ này").first.press("Enter")
    wait_until(page.locator("#event-keys").input_value)
    page.get_by_role("button", name="Lấy chứng cứ và kiểm tra tại đây").press("Enter")
    page.get_by_text("CHỨNG CỨ ĐÚNG").scroll_into_view_if_needed()
    keep("auditor")


def _keep(window: Window, name: str) -> None:
    """Write a picture, unless the one that is there looks the same."""
    whole = PIL.Image.open(io.BytesIO(window.page.screenshot())).convert("RGB")
    taken = whole.quantize(64, dither=PIL.Image.Dither.NONE)
    file = PICTURES / f"{name}.png"
    if file.is_file() and _same(PIL.Image.open(file), taken, _MOST_SEEN_OF.get(name, _MOST_SEEN)):
        return
    taken.save(file, optimize=True)
    print(file.relative_to(REPOSITORY))


def _same(one: PIL.Image.Image, other: PIL.Image.Image, most: float) -> bool:
    if one.size != other.size:
        return False
    grey = (np.array(picture.convert("L")).astype(np.int16) for picture in (one, other))
    apart = np.abs(next(grey) - next(grey))
    return bool((apart > _SEEN).mean() < most)


if __name__ == "__main__":
    sys.exit(main())
