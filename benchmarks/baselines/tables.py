"""The accuracy tables of the documentation, made of the baselines and of what others reach on the same sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.baselines.files import read_baseline, read_others
from benchmarks.baselines.measuring import Baseline

POINTS = ("eer", "fmr100", "fmr1000", "zero_fmr")
"""Operating points that the pages show; 2880 impostor pairs cannot measure an FMR of 0.01 %."""

HEADINGS = ("EER", "FMR100", "FMR1000", "ZeroFMR")


class _Words(NamedTuple):
    """Headings of the summary, names of its rows, and the mark before decimals."""

    headings: tuple[str, ...]
    systems: tuple[str, ...]
    mark: str


_ENGLISH = _Words(
    ("system", "EER", "FNMR at FMR 0.1 %"),
    (
        "SourceAFIS 3.18.1",
        "idverify",
        "idverify without its network, image processing alone, [44 ms an image](docs/extraction.md#leader)",
        "SourceAFIS 3.18.1 on a commercial extractor's ISO records",
        "idverify on the same records",
    ),
    ".",
)
_VIETNAMESE = _Words(
    ("hệ thống", "EER", "FNMR khi FMR 0,1 %"),
    (
        "SourceAFIS 3.18.1",
        "idverify",
        "idverify không dùng mạng nơ-ron, chỉ xử lý ảnh, [44 ms một ảnh](docs/extraction.md#leader)",
        "SourceAFIS 3.18.1 trên bản ghi ISO của một bộ rút đặc điểm thương mại",
        "idverify trên cùng các bản ghi đó",
    ),
    ",",
)

Percent = Mapping[str, float]


def tables() -> dict[str, str]:
    """Return every table by the name under which pages take it in, as Markdown without an end of line."""
    leader, ridge, iso = (read_baseline(extractor) for extractor in ("leader", "ridge", "iso"))
    others: dict[str, Any] = read_others()
    means = {key: other["percent"] for key, other in others["means"].items()}
    return {
        "error-rates-summary": _summary(_ENGLISH, leader, ridge, iso, means),
        "error-rates-summary-vi": _summary(_VIETNAMESE, leader, ridge, iso, means),
        "error-rates-leader": _by_set("database", leader),
        "error-rates-records": _records(iso, means),
        "error-rates-systems": _systems(leader, ridge, iso, others["means"]),
        "error-rates-ridge": _ridge(leader, ridge, others["eer_by_set"]),
    }


def _summary(words: _Words, leader: Baseline, ridge: Baseline, iso: Baseline, others: Mapping[str, Percent]) -> str:
    rates = (
        others["sourceafis-images"],
        leader["mean"]["percent"],
        ridge["mean"]["percent"],
        others["sourceafis-records"],
        iso["mean"]["percent"],
    )
    shown = [
        [name, *(cell.replace(".", words.mark) for cell in _cells(percent, ("eer", "fmr1000")))]
        for name, percent in zip(words.systems, rates, strict=True)
    ]
    return _table(words.headings, shown)


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
