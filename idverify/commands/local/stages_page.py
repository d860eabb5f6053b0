"""All panels on one HTML page that needs nothing beside it: pictures are part of the page, there is no script."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import cv2

from matcher.pictures.panels import SCALE, Panel
from matcher.pictures.stages import Inspection
from matcher.types import ByteArray

_STYLE = """
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 1500px; padding: 0 1rem; color: #1c1c1c }
main { display: grid; gap: 2rem; grid-template-columns: repeat(auto-fill, minmax(340px, 1fr)) }
figure { margin: 0 } img { width: 100%; height: auto; border: 1px solid #bbb }
h2 { font-size: 1.05rem; margin: 0 0 .3rem } figcaption { color: #555; margin-bottom: .5rem; min-height: 3em }
table { border-collapse: collapse; margin: 1rem 0 2rem } th { text-align: left; padding-right: 2rem; font-weight: 600 }
.care { color: #a02020 }
"""


def page(name: str, inspection: Inspection, panels: Sequence[Panel]) -> str:
    """Return the page; ``name`` is what to call the image."""
    title = escape(f"Extraction of {name}")
    rows = "".join(f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in _rows(inspection))
    figures = "".join(map(_figure, panels))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1>"
        '<p class="care">This page shows a fingerprint and its minutiae: keep it as you keep fingerprints.</p>'
        f"<table>{rows}</table><main>{figures}</main></html>\n"
    )


def _rows(inspection: Inspection) -> list[tuple[str, str]]:
    facts = inspection.facts()
    period = facts["ridge_period_px"]
    verdict = "usable" if facts["usable"] else "not usable"
    times = ", ".join(f"{name} {spent:.0f} ms" for name, spent in facts["milliseconds"].items())
    return [
        ("image", f"{facts['width']} × {facts['height']} pixels at {facts['resolution_ppi']:g} ppi"),
        ("quality", f"{facts['quality']} of 100, {verdict}"),
        ("advice", ", ".join(facts["advice"]) or "none"),
        ("finger", f"{facts['finger_share']:.0%} of the image"),
        ("ridge period", "no ridges" if period is None else f"{period:.1f} pixels at 500 ppi"),
        ("cores, deltas", f"{facts['cores']}, {facts['deltas']}"),
        ("extractors", ", ".join(facts["extractors"].values())),
        ("time, first image", times),
    ]


def _figure(panel: Panel) -> str:
    height, width = panel.picture.shape[:2]
    return (
        f"<figure><h2>{escape(panel.title)}</h2><figcaption>{escape(panel.text)}</figcaption>"
        f'<img alt="{escape(panel.title)}" width="{width // SCALE}" height="{height // SCALE}" '
        f'src="data:image/png;base64,{_png(panel.picture)}"></figure>'
    )


def _png(picture: ByteArray) -> str:
    encoded = cv2.imencode(".png", picture)[1]
    return base64.b64encode(encoded.tobytes()).decode("ascii")
