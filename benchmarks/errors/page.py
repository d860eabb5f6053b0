"""The gallery as one HTML file: pictures inside, no script, nothing fetched; a click on a picture enlarges it."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Sequence
from html import escape
from io import BytesIO
from string import Template

from PIL import Image

from benchmarks.errors.causes import SURE, Figures
from benchmarks.errors.selection import Entry, ErrorSelection
from matcher.types import ByteArray

Draw = Callable[[Entry], ByteArray]
"""Draws a pair: uint8, shape (height, width, 3), blue, green, red."""

_WEBP_QUALITY = 60

_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>Errors looked at</title>
<style>
body { font: 15px/1.4 system-ui, sans-serif; color: #222; margin: 2em auto; max-width: 1500px; padding: 0 1em; }
table { border-collapse: collapse; }
td, th { padding: .15em .7em .15em 0; text-align: left; vertical-align: top; }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); gap: 1em; }
.pair { border: 1px solid #ccc; border-radius: 4px; padding: .6em; }
.pair h3 { margin: 0 0 .3em; font-size: 1em; }
.pair img { width: 100%; display: block; }
.wrong { color: #b00; }
.figures { color: #555; font-size: .9em; margin: .3em 0 0; }
.picture:target { position: fixed; inset: 0; overflow: auto; background: #fff; z-index: 1; }
.picture:target img { width: auto; min-width: 100%; }
.close { display: none; position: fixed; top: .5em; right: 1em; z-index: 2; font-size: 2em; text-decoration: none;
  background: #fff; padding: 0 .3em; }
.picture:target + .close { display: block; }
</style>
</head>
<body>
<h1>Errors looked at</h1>
<p>$summary</p>
<table><tr><th>cause</th><th>rejected genuine</th><th>next lowest genuine</th><th>highest impostor</th></tr>
$causes
</table>
<p>A click enlarges a picture; the cross closes it. Level: -10 log10 of the claimed false match rate. Contributions are
natural log likelihood ratios. Sure: of quality $sure or more.</p>
<h2>Lowest genuine pairs</h2>
<div class="pairs">
$genuine
</div>
<h2>Highest impostor pairs</h2>
<div class="pairs">
$impostor
</div>
</body>
</html>
""")

_PAIR = Template("""<section class="pair" id="$key">
<h3>$rank. $dataset: $a / $b, level $level <span class="wrong">$wrong</span></h3>
<a class="picture" id="$key-large" href="#$key-large">
<img alt="$a and $b, drawn" src="data:image/webp;base64,$image"></a>
<a class="close" href="#$key">&times;</a>
<p class="figures"><b>$cause</b>. FMR $fmr. $contributions</p>
<p class="figures">$figures</p>
</section>""")


def errors_page(gallery: ErrorSelection, names: Sequence[str], draw: Draw, progress: Callable[[], None]) -> str:
    """Write the page.

    Args:
        gallery: what to show.
        names: of the sets.
        draw: makes a picture; called once for each pair, and nothing of it is kept but its bytes.
        progress: called after each picture.
    """

    def pair(entry: Entry) -> str:
        section = _pair(entry, draw(entry))
        progress()
        return section

    return _PAGE.substitute(
        summary=escape(_summary(gallery, names)),
        causes=_causes(gallery),
        sure=SURE,
        genuine="\n".join(map(pair, gallery.genuine)),
        impostor="\n".join(map(pair, gallery.impostor)),
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


def _summary(gallery: ErrorSelection, names: Sequence[str]) -> str:
    return (
        f"{', '.join(names)}. {gallery.rejected} of {gallery.genuine_pairs} genuine pairs are rejected and "
        f"{gallery.accepted} of {gallery.impostor_pairs} impostor pairs accepted at level {gallery.threshold:.2f}, "
        "which one impostor pair in a thousand exceeds, all sets pooled."
    )


def _causes(gallery: ErrorSelection) -> str:
    columns = [
        Counter(entry.cause for entry in gallery.genuine if entry.rejected),
        Counter(entry.cause for entry in gallery.genuine if not entry.rejected),
        Counter(entry.cause for entry in gallery.impostor),
    ]
    causes = sorted(set().union(*columns), key=lambda cause: -sum(column[cause] for column in columns))
    rows = ("".join(f"<td>{text}</td>" for text in (c.value, *(column[c] for column in columns))) for c in causes)
    return "\n".join(f"<tr>{row}</tr>" for row in rows)


def _pair(entry: Entry, picture: ByteArray) -> str:
    wrong = "" if entry.rejected is not entry.pair.genuine else "rejected" if entry.rejected else "accepted"
    parts = ", ".join(f"{name} {value:.1f}" for name, value in entry.comparison.contributions.items())
    texts = {
        "key": f"{'g' if entry.pair.genuine else 'i'}{entry.rank}",
        "rank": str(entry.rank),
        "dataset": entry.scored.name,
        "a": entry.names[0],
        "b": entry.names[1],
        "level": f"{entry.level:.1f}",
        "wrong": wrong,
        "image": _webp(picture),
        "cause": entry.cause.value,
        "fmr": f"{entry.fmr:.1e}",
        "contributions": parts or "nothing to compare",
        "figures": figures_text(entry.figures),
    }
    return _PAIR.substitute({name: escape(text) for name, text in texts.items()})


def _webp(picture: ByteArray) -> str:
    file = BytesIO()
    Image.fromarray(picture[:, :, ::-1].copy()).save(file, "WEBP", quality=_WEBP_QUALITY)
    return base64.b64encode(file.getvalue()).decode("ascii")
