"""A real browser: Debian's chromium, led by Playwright; and axe-core, which judges what it shows."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FOLDER = "IDVERIFY_TEST_BROWSER"
"""Set by ``.ci/with-chromium``: where Playwright and axe-core are installed."""

WIDE, TABLET = (1366, 768), (820, 1180)
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
_NO_BACK = "--disable-back-forward-cache"
"""What Playwright adds: browsers at counters keep left pages whole, for "Back"."""
_SERIOUS = {"serious", "critical"}


@contextmanager
def chromium() -> Iterator[Any]:
    """Open a browser for a block. Skips where there is none."""
    folder, program = os.environ.get(FOLDER), shutil.which("chromium")
    if not folder or program is None:
        pytest.skip("no browser here: run under .ci/with-chromium")
    if folder not in sys.path:
        sys.path.append(folder)  # last: what both have is ours
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options: Any = {"args": list(_FLAGS), "ignore_default_args": [_NO_BACK]}
        browser = playwright.chromium.launch(executable_path=program, **options)
        try:
            yield browser
        finally:
            browser.close()


class Window:
    """A window of the browser, with what the page said to nobody: errors, and what its policy kept it from.

    Attributes:
        page: as Playwright has it.
        errors: of the console and of scripts; expected to be none at the end.
    """

    def __init__(self, browser: Any, url: str, size: tuple[int, int] = WIDE, **options: Any) -> None:
        self._context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="vi-VN", reduced_motion="reduce", **options
        )
        self.page = self._context.new_page()
        self.url = url
        self.errors: list[str] = []
        self.page.set_default_timeout(20_000)
        self.page.on("console", self._noted)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _noted(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.text} {message.location['url']}")

    def close(self) -> None:
        """Close it."""
        self._context.close()

    def held_to_wcag(self, *sizes: tuple[int, int]) -> list[str]:
        """Return what axe-core finds serious on the page as it is, at each size."""
        found = []
        for size in sizes or (WIDE,):
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            found += [f"{size}: {fault}" for fault in self._judged()]
        return found

    def reflows(self) -> bool:
        """Tell whether nothing is to be scrolled sideways at four times the size of letters (WCAG 1.4.10)."""
        self.page.set_viewport_size({"width": 320, "height": 640})
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def _judged(self) -> list[str]:
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate((Path(os.environ[FOLDER]) / "axe_playwright_python" / "axe.min.js").read_text("utf-8"))
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        judged = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
        return [
            f"{fault['id']}: {node['html'][:200]}"
            for fault in judged["violations"]
            if fault["impact"] in _SERIOUS
            for node in fault["nodes"]
        ]
