"""HTML and SVG as a tree: whatever becomes text or an attribute is escaped, and what is opened is closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias
from xml.etree.ElementTree import Element, tostring

Child: TypeAlias = "Element | str | float | Iterable[Child]"


def element(tag: str, *children: Child, **attributes: str | float) -> Element:
    """Make an element: ``element("a", "text", href="#x", class_="y", stroke_width=2)``."""
    made = Element(tag, {_attribute(name): _number(value) for name, value in attributes.items()})
    for child in children:
        append(made, child)
    return made


def append(parent: Element, child: Child) -> None:
    """Append text, an element, or all of a list."""
    if isinstance(child, Element):
        parent.append(child)
    elif isinstance(child, str | int | float):
        _append_text(parent, _number(child))
    else:
        for one in child:
            append(parent, one)


def render(page: Element) -> str:
    """Return the document."""
    return "<!doctype html>\n" + tostring(page, encoding="unicode", method="html") + "\n"


def _attribute(name: str) -> str:
    name = name.rstrip("_")
    return name if name == "viewBox" else name.replace("_", "-")


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def _append_text(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
