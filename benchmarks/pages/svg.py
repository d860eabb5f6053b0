"""A Matplotlib figure as part of a page: text stays text, nothing is fetched, equal figures give equal bytes."""

from __future__ import annotations

import hashlib
import re
import warnings
from io import BytesIO
from threading import Lock
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.text import Text

_FONTS = re.compile(r"font-family: [^;]*")
_REFERENCE = re.compile(r"#([\w-]+)")
_REFERRING = ("href", "clip-path")
# Matplotlib's settings are the whole process's: one figure at a time.
_DRAWING = Lock()
_LEFT_OUT = ("metadata", "style")


def inline_svg(figure: Figure, title: str) -> str:
    """Draw a figure.

    Args:
        figure: with everything on it.
        title: what a screen reader says of it; it tells its parts from those of other figures on the page.
    """
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        text.set_parse_math(False)  # a dollar in a name is a dollar
    file = BytesIO()
    # Text as text, so that it can be read out, searched and copied; names of parts by their content, not by chance.
    with _DRAWING, mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "idverify"}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # it is the reader's font that must have it
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    root = ET.fromstring(file.getvalue())  # noqa: S314 - made on the line above
    _to_html(root)
    _name_apart(root, hashlib.sha256(title.encode()).hexdigest()[:8])
    viewed = root.attrib["viewBox"]
    root.attrib.clear()
    # What Matplotlib says for all elements of a document, said for this one.
    root.attrib |= {"viewBox": viewed, "role": "img", "stroke-linejoin": "round", "stroke-linecap": "butt"}
    label = ET.Element("title")
    label.text = title
    root.insert(0, label)
    return ET.tostring(root, encoding="unicode", method="html")


def _to_html(root: ET.Element) -> None:
    """Leave out what only a file of its own needs, and take whatever sans-serif font the reader has."""
    for element in root.iter():
        element.tag = _local(element.tag)
        element.attrib = {_local(name): value for name, value in element.attrib.items()}
        if "style" in element.attrib:
            element.set("style", _FONTS.sub("font-family: system-ui, sans-serif", element.attrib["style"]))
        for child in [c for c in element if _local(c.tag) in _LEFT_OUT]:
            element.remove(child)
        element.text, element.tail = ((text or "").strip() for text in (element.text, element.tail))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _name_apart(root: ET.Element, prefix: str) -> None:
    """Keep the names of the parts that others refer to, and make them this figure's own."""
    referring = [(e, name) for e in root.iter() for name in _REFERRING if name in e.attrib]
    named = {found for e, name in referring for found in _REFERENCE.findall(e.attrib[name])}
    for element, name in referring:
        element.set(name, _REFERENCE.sub(rf"#{prefix}-\1", element.attrib[name]))
    for element in root.iter():
        own = element.attrib.pop("id", None)
        if own in named:
            element.set("id", f"{prefix}-{own}")
