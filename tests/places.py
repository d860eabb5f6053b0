"""Where the tests find the repository, its pages, and the golden files."""

from __future__ import annotations

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
DOCS = REPOSITORY / "docs"
GOLDEN = REPOSITORY / "tests" / "golden"
