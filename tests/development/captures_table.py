"""The table of files as programs write them, and what is made of each, made by reading them."""

from __future__ import annotations

from functools import cache
from itertools import groupby

from tests.capture_files.every import capture_files
from tests.capture_files.model import CaptureFile, given


@cache
def captures_table() -> dict[str, str]:
    """Return the block by its name, as Markdown without an end of line; files of one kind share a row."""
    rows = ["| file | what it is | right | what we give |", "|---|---|---|---|"]
    for (what, right, made), files in groupby(capture_files(), _told):
        rows.append(f"| {_names([file.name for file in files])} | {what} | {_code(right)} | {_code(made)} |")
    return {"captures": "\n".join(rows)}


def _told(file: CaptureFile) -> tuple[str, str, str]:
    return file.what, file.right, given(file)


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in (names if len(names) < 3 else (names[0], "…", names[-1]))).replace(
        "`…`", "…"
    )


def _code(told: str) -> str:
    return f"`{told}`" if told.startswith("SAMPLE_") else told
