"""The errors as one page, ``errors.html`` filled: pictures inside; a click on a picture enlarges it, without script."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from benchmarks.errors.causes import SURE, Figures
from benchmarks.errors.selection import Entry, ErrorSelection
from benchmarks.pages.render import render
from matcher.types import ByteArray

Draw = Callable[[Entry], ByteArray]
"""Draws a pair: uint8, shape (height, width, 3), blue, green, red."""

_WEBP_QUALITY = 60


def errors_page(chosen: ErrorSelection, names: Sequence[str], draw: Draw, progress: Callable[[], None]) -> str:
    """Return the page.

    Args:
        chosen: what to show.
        names: of the sets.
        draw: makes a picture; called once for each pair, and nothing of it is kept but its bytes.
        progress: called after each picture.
    """

    def pair(entry: Entry) -> dict[str, Any]:
        shown = _pair(entry, draw(entry))
        progress()
        return shown

    return render(
        "errors/errors.html",
        chosen=chosen,
        names=names,
        causes=_causes(chosen),
        sure=SURE,
        genuine=[pair(entry) for entry in chosen.genuine],
        impostor=[pair(entry) for entry in chosen.impostor],
    )


def figures_text(figures: Figures | None) -> str:
    """Return the figures of a pair in words."""
    if figures is None:
        return "no template of one of them"
    sides = (
        f"quality {_both(figures.quality)}, sure minutiae {_both(figures.sure)}, of them in the overlap "
        f"{_both(figures.common)}"
    )
    laid = (
        f"overlap {figures.area:g} mm2, turned {figures.turn:+d}°, {figures.pairs} pairs, residual "
        f"{figures.residual:g} px, bend {figures.bend:g} px, sure minutiae missing {_both(figures.missing)}"
    )
    return "; ".join([sides, laid, *_third(figures), f"median level with the own finger {_both(figures.own)}"])


def _third(figures: Figures) -> list[str]:
    if figures.off is None:
        return []
    off = "not laid at all" if figures.off == float("inf") else f"{figures.off:g} px off"
    return [f"laid over each other by {figures.third}: {off}"]


def _both(values: tuple[object, object]) -> str:
    return " and ".join("none" if value is None else str(value) for value in values)


def _causes(chosen: ErrorSelection) -> list[list[str | int]]:
    """Return the rows of the table of causes, the most frequent first."""
    columns = [
        Counter(entry.cause for entry in chosen.genuine if entry.rejected),
        Counter(entry.cause for entry in chosen.genuine if not entry.rejected),
        Counter(entry.cause for entry in chosen.impostor),
    ]
    # Of equally frequent ones the first that was met: a set would say another one every time.
    met = dict.fromkeys(cause for column in columns for cause in column)
    causes = sorted(met, key=lambda cause: -sum(column[cause] for column in columns))
    return [[cause.value, *(column[cause] for column in columns)] for cause in causes]


def _pair(entry: Entry, picture: ByteArray) -> dict[str, Any]:
    wrong = "" if entry.rejected is not entry.pair.genuine else "rejected" if entry.rejected else "accepted"
    parts = ", ".join(f"{name} {value:.1f}" for name, value in entry.comparison.contributions.items())
    return {
        "key": f"{'g' if entry.pair.genuine else 'i'}{entry.rank}",
        "rank": entry.rank,
        "dataset": entry.scored.name,
        "a": entry.names[0],
        "b": entry.names[1],
        "level": entry.level,
        "wrong": wrong,
        "image": _webp(picture),
        "cause": entry.cause.value,
        "fmr": entry.fmr,
        "contributions": parts or "nothing to compare",
        "figures": figures_text(entry.figures),
    }


def _webp(picture: ByteArray) -> str:
    file = BytesIO()
    Image.fromarray(picture[:, :, ::-1].copy()).save(file, "WEBP", quality=_WEBP_QUALITY)
    return base64.b64encode(file.getvalue()).decode("ascii")
