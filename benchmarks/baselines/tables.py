"""The accuracy tables of the documentation, made of the baselines and of what others reach on the same sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.baselines.files import read_baseline, read_others
from benchmarks.baselines.measuring import Baseline

POINTS = ("eer", "fmr100", "fmr1000", "zero_fmr")
"""Operating points that the pages show; 2880 impostor pairs cannot measure an FMR of 0.01 %."""

HEADINGS = ("EER", "FMR100", "FMR1000", "ZeroFMR")

Percent = Mapping[str, float]


def tables() -> dict[str, str]:
    """Return every table by the name under which pages take it in, as Markdown without an end of line."""
    leader, ridge, iso = (read_baseline(extractor) for extractor in ("leader", "ridge", "iso"))
    others: dict[str, Any] = read_others()
    means = {key: other["percent"] for key, other in others["means"].items()}
    return {
        "error-rates-summary": _summary(leader, ridge, iso, means),
        "error-rates-leader": _by_set("database", leader),
        "error-rates-records": _records(iso, means),
        "error-rates-systems": _systems(leader, ridge, iso, others["means"]),
        "error-rates-ridge": _ridge(leader, ridge, others["eer_by_set"]),
    }


def _summary(leader: Baseline, ridge: Baseline, iso: Baseline, others: Mapping[str, Percent]) -> str:
    without = "idverify without its network, image processing alone, [44 ms an image](docs/extraction.md#leader)"
    rows = (
        ("SourceAFIS 3.18.1", others["sourceafis-images"]),
        ("idverify", leader["mean"]["percent"]),
        (without, ridge["mean"]["percent"]),
        ("SourceAFIS 3.18.1 on a commercial extractor's ISO records", others["sourceafis-records"]),
        ("idverify on the same records", iso["mean"]["percent"]),
    )
    shown = [[name, *_cells(percent, ("eer", "fmr1000"))] for name, percent in rows]
    return _table(("system", "EER", "FNMR at FMR 0.1 %"), shown)


def _by_set(heading: str, baseline: Baseline) -> str:
    rows = [[_database(entry["name"]), *_cells(entry["percent"])] for entry in _published(baseline)]
    rows += [[name, *_cells(baseline[name]["percent"])] for name in ("mean", "pooled")]
    return _table((heading, *HEADINGS), rows)


def _records(iso: Baseline, others: Mapping[str, Percent]) -> str:
    rows = [[name, *_cells(iso[name]["percent"])] for name in ("mean", "pooled")]
    rows.append(["SourceAFIS 3.18.1 on the same records, mean", *_cells(others["sourceafis-records"])])
    return _table(("", *HEADINGS), rows)


def _systems(leader: Baseline, ridge: Baseline, iso: Baseline, others: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [[other["name"], *_cells(other["percent"])] for other in others.values()]
    ours = (("idverify", leader), ("idverify without its network", ridge), ("idverify on those records", iso))
    return _table(
        ("system", *HEADINGS), rows + [[f"**{name}**", *_cells(one["mean"]["percent"])] for name, one in ours]
    )


def _ridge(leader: Baseline, ridge: Baseline, others: Mapping[str, Mapping[str, Any]]) -> str:
    names = [_database(entry["name"]).removeprefix("FVC") for entry in _published(ridge)]
    rows = [
        ["**EER** `ridge`", *_across(ridge, "eer")],
        ["FMR1000", *_across(ridge, "fmr1000")],
        ["ZeroFMR", *_across(ridge, "zero_fmr")],
        ["EER `leader`", *_across(leader, "eer")],
        *([other["name"], *other["percent"]] for other in others.values()),
    ]
    return _table(("", *names, "mean"), rows)


def _published(baseline: Baseline) -> list[dict[str, Any]]:
    return [entry for entry in baseline["sets"] if entry["published"]]


def _across(baseline: Baseline, point: str) -> list[str]:
    every = [entry["percent"][point] for entry in (*_published(baseline), baseline["mean"])]
    return [f"{value:.2f}" for value in every]


def _database(name: str) -> str:
    """Name a set as its publisher does: ``fvc2002/DB1_B`` is set B of FVC2002 DB1."""
    return name.removesuffix("_B").replace("fvc", "FVC").replace("/", " ")


def _cells(percent: Percent, points: Sequence[str] = POINTS) -> list[str]:
    return [f"{percent[point]:.2f}" if point in percent else "" for point in points]


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"|{'|'.join(map(_spaced, line))}|" for line in lines)


def _spaced(cell: str) -> str:
    return cell if cell == "---" else f" {cell} ".replace("  ", " ")
