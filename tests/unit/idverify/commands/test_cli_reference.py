"""``docs/cli.md`` says what the command line says."""

from __future__ import annotations

import re

from tests.cli_reference import PAGE, write_page


def test_the_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == write_page(), "run: python -m tests.cli_reference"


def test_every_command_has_a_section_and_every_option_a_text() -> None:
    page = write_page()
    for name in (
        "serve",
        "enrol",
        "verify",
        "identify",
        "extract",
        "compare",
        "keys rotate",
        "records put",
        "audit check",
    ):
        assert f"## idverify {name}\n" in page
    assert not re.search(r"^\* `[^`]+`: (None|)$", page, re.MULTILINE)
