"""Where the baselines lie: one file an extractor, and one of what others reach on the same sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.baselines.measuring import BASELINE_FORMAT, Baseline
from benchmarks.json_files import write_json
from benchmarks.sources import ExtractorName
from enroll_tools.datasets import DatasetError

FOLDER = Path(__file__).parent


def read_baseline(extractor: ExtractorName, folder: Path = FOLDER) -> Baseline:
    """Read a baseline.

    Raises:
        DatasetError: there is none, or of another format.
    """
    path = folder / f"{extractor}.json"
    try:
        content: Baseline = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} is no baseline: {error}") from None
    if not isinstance(content, dict) or content.get("format") != BASELINE_FORMAT:
        raise DatasetError(f"{path} is no baseline of the format {BASELINE_FORMAT}")
    return content


def write_baseline(extractor: ExtractorName, baseline: Baseline, folder: Path = FOLDER) -> Path:
    """Write a baseline; return where."""
    path = folder / f"{extractor}.json"
    write_json(path, baseline)
    return path


def read_others() -> dict[str, Any]:
    """Return what other systems reach on the published sets, as ``others.json`` states it with its sources."""
    content: dict[str, Any] = json.loads((FOLDER / "others.json").read_text(encoding="utf-8"))
    return content
