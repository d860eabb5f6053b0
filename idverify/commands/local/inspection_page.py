"""All panels on one HTML page that needs nothing beside it: pictures are part of the page, there is no script."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import cv2
from jinja2 import Environment, StrictUndefined

from matcher.pictures.panels import SCALE, Panel
from matcher.pictures.stages import Inspection
from matcher.types import ByteArray

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Extraction of {{ name }}</title>
<style>
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 1500px; padding: 0 1rem; color: #1c1c1c }
main { display: grid; gap: 2rem; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)) }
figure { margin: 0 } img { width: 100%; height: auto; border: 1px solid #bbb }
h2 { font-size: 1.05rem; margin: 0 0 .3rem } figcaption { color: #555; margin-bottom: .5rem; min-height: 3em }
table { border-collapse: collapse; margin: 1rem 0 2rem } th { text-align: left; padding-right: 2rem; font-weight: 600 }
.care { color: #a02020 }
</style>
</head>
<body>
<h1>Extraction of {{ name }}</h1>
<p class="care">This page shows a fingerprint and its minutiae: keep it as you keep fingerprints.</p>
<table>
{% for fact, value in facts %}
<tr><th>{{ fact }}</th><td>{{ value }}</td></tr>
{% endfor %}
</table>
<main>
{% for panel in panels %}
{% set height, width = panel.picture.shape[:2] %}
<figure>
<h2>{{ panel.title }}</h2>
<figcaption>{{ panel.text }}</figcaption>
<img alt="{{ panel.title }}" width="{{ width // scale }}" height="{{ height // scale }}"
 src="data:image/png;base64,{{ panel.picture | png }}">
</figure>
{% endfor %}
</main>
</body>
</html>
"""


def page(name: str, inspection: Inspection, panels: Sequence[Panel]) -> str:
    """Return the page; ``name`` is what to call the image."""
    jinja = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True)
    jinja.filters["png"] = _png
    return jinja.from_string(_PAGE).render(name=name, facts=_rows(inspection), panels=panels, scale=SCALE)


def _rows(inspection: Inspection) -> list[tuple[str, str]]:
    facts = inspection.facts()
    period = facts["ridge_period_px"]
    verdict = "usable" if facts["usable"] else "not usable"
    times = ", ".join(f"{name} {spent:.0f} ms" for name, spent in facts["milliseconds"].items())
    return [
        ("image", f"{facts['width']} × {facts['height']} pixels at {facts['resolution_ppi']:g} ppi"),
        ("quality", f"{facts['quality']} of 100, {verdict}"),
        ("NFIQ 2", "not to be had" if facts["nfiq2"] is None else f"{facts['nfiq2']} of 100"),
        ("advice", ", ".join(facts["advice"]) or "none"),
        ("finger", f"{facts['finger_share']:.0%} of the image"),
        ("ridge period", "no ridges" if period is None else f"{period:.1f} pixels at 500 ppi"),
        ("cores, deltas", f"{facts['cores']}, {facts['deltas']}"),
        ("extractors", ", ".join(facts["extractors"].values())),
        ("time, first image", times),
    ]


def _png(picture: ByteArray) -> str:
    encoded = cv2.imencode(".png", picture)[1]
    return base64.b64encode(encoded.tobytes()).decode("ascii")
