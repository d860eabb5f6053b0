"""What a clerk does on the counter page, key by key."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.harness import NUMBER
from tests.page.browser import Window
from tests.page.sites import DOSSIER


def heading(window: Window, text: str) -> None:
    """Wait for the step of this heading, and see that the keyboard is within it."""
    window.page.get_by_role("heading", level=1, name=text).wait_for()


def press(window: Window, *keys: str) -> None:
    for key in keys:
        window.page.keyboard.press(key)


def typed(window: Window, text: str) -> None:
    window.page.keyboard.type(text)


def tab_to(window: Window, role: str, name: str) -> None:
    """Go by the tabulator to a control, as somebody without a mouse does."""
    wanted = window.page.get_by_role(role, name=name, exact=True)
    for _ in range(40):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        press(window, "Tab")
    raise AssertionError(f"no way by keyboard to {role} {name}")


def open_counter(window: Window, officer: str = "CB-1") -> None:
    window.page.goto(window.url)
    window.page.get_by_role("heading", level=1, name="Ai đang ngồi quầy?").wait_for()
    typed(window, officer)
    press(window, "Tab")
    typed(window, "H05.12")
    press(window, "Enter")
    heading(window, "Công dân đến làm thủ tục gì?")


def begin(window: Window, procedure: str) -> None:
    typed(window, procedure)
    window.page.get_by_role("option").first.wait_for()
    press(window, "Enter")
    typed(window, NUMBER)
    press(window, "Tab")
    typed(window, DOSSIER)
    press(window, "Enter")


def show(window: Window, file: Path) -> None:
    """Choose a file; the system's own window for that is no page's."""
    window.page.locator("#file").set_input_files(file)
