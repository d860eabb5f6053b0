"""Templates filled: whatever is put into a page is escaped, and a name that is missing is an error."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmarks.measures.error_rates import POINTS

POINT_NAMES = dict(zip(POINTS, ("EER", "FMR100", "FMR1000", "FMR10000", "ZeroFMR"), strict=True))
"""Operating points as the field writes them, by their names in the JSON."""


def render(template: str, **values: object) -> str:
    """Return a page.

    Args:
        template: its place in the package, as in ``report/report.html``; pages extend ``pages/base.html``.
        values: what the template names.
    """
    environment = Environment(
        loader=PackageLoader("benchmarks", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"count": count, "fixed": fixed, "percent": percent, "rate": rate, "signed": signed}
    environment.globals |= {"POINT_NAMES": POINT_NAMES, "POINT_HEADINGS": [f"{n} %" for n in POINT_NAMES.values()]}
    return environment.get_template(template).render(values)


def count(number: float) -> str:
    """Write a count with thin spaces between thousands."""
    return f"{number:,.0f}".replace(",", "\u202f")


def fixed(number: float, digits: int = 2) -> str:
    """Write a number with so many decimals."""
    return f"{number:.{digits}f}"


def percent(part: float) -> str:
    """Write a fraction as percent."""
    return f"{100 * part:.2f} %"


def rate(fraction: float) -> str:
    """Write a fraction in percent, without the sign, as short as it is with four decimals."""
    return f"{100 * fraction:.4f}".rstrip("0").rstrip(".")


def signed(value: float, digits: int = 2) -> str:
    """Write a difference with its sign, nothing as zero."""
    text = f"{value:+.{digits}f}".replace("-", "\u2212")
    return text[1:] if not text[1:].strip("0.") else text
