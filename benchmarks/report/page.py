"""The report as one page, made of its JSON alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from benchmarks.identification.page import identification_sections
from benchmarks.identification.page import verdict as identification_verdict
from benchmarks.report.claims_section import claims_section
from benchmarks.report.markup import Child, element, render
from benchmarks.report.plots import Curve, det_plot, histogram_plot
from benchmarks.report.tables import POINT_NAMES, count, document, error_cells, row, section, table, text_cell

OWN = "this system"

Report = dict[str, Any]


def report_page(report: Report) -> str:
    """Return the page."""
    names = ", ".join(d["name"] for d in report["datasets"])
    return render(
        document(
            "Fingerprint verification: accuracy report",
            element("p", verdict(report), class_="verdict"),
            element("p", f"{names}. Made {report['created'][:16].replace('T', ' ')} UTC.", class_="small"),
            _errors(report),
            _curves(report),
            _histograms(report),
            claims_section(report),
            _speed(report),
            _identification(report),
            _databases(report),
            _machine(report),
            _reading(report),
        )
    )


def _identification(report: Report) -> list[Element]:
    figures = report.get("identification")
    if not figures:
        return []
    lead = f"{identification_verdict(figures)} {figures['protocol'].capitalize()}."
    return [section("One person among many", element("p", lead)), *identification_sections(figures)]


def verdict(report: Report) -> str:
    """Say in one breath how good it was."""
    pooled, databases = report["pooled"], len(report["datasets"])
    where = "1 database" if databases == 1 else f"{databases} databases under one threshold"
    missing, images = pooled["failures_to_extract"], count(pooled["impressions"])
    templates = f"{missing} of {images} images gave no template" if missing else f"all {images} images gave a template"
    said = (
        f"Over {where}: EER {_range(pooled, 'eer')}; at FMR 0.1 % it rejects {_range(pooled, 'fmr1000')} of "
        f"{count(pooled['genuine_pairs'])} genuine pairs; {templates}."
    )
    systems = report["peers"]["systems"]
    if not systems:
        return said
    best = min(systems, key=lambda s: s["pooled"]["percent"]["fmr1000"])
    return f"{said} The best peer, {best['name']}, rejects {_range(best['pooled'], 'fmr1000')}."


def _range(figures: Report, point: str) -> str:
    value, (low, high) = figures["percent"][point], figures["interval"][point]
    return f"{value:.2f} % ({low:.2f} to {high:.2f})" if value else "0 % (no error seen)"


def _systems(report: Report) -> Iterator[tuple[str, Report]]:
    yield OWN, report
    for peer in report["peers"]["systems"]:
        yield peer["name"], peer


def _errors(report: Report) -> Element:
    headings = ["System", *(f"{name} %" for name in POINT_NAMES.values()), "No template", "Pairs"]
    pooled = [
        row(name, *error_cells(system["pooled"]), *_pair_cells(system["pooled"]), kind="own" if name == OWN else "")
        for name, system in _systems(report)
    ]
    content: list[Child] = [table("Pooled: all databases under one threshold", headings, pooled)]
    if len(report["datasets"]) > 1:
        means = [
            row(name, *error_cells(system["mean"]), kind="own" if name == OWN else "")
            for name, system in _systems(report)
        ]
        content += [
            table("Mean of the databases, each under its own threshold", headings[:6], means),
            table("Each database under its own threshold", ["Database", *headings], list(_by_database(report))),
        ]
    notes = (_threshold_note(report["pooled"]), peers_note(report))
    return section("Error rates", content, [element("p", note, class_="small") for note in notes])


def _threshold_note(pooled: Report) -> str:
    above = pooled["accepted_above"]
    levels = [f"{above[point]:.1f} for {POINT_NAMES[point]}" for point in list(POINT_NAMES)[1:]]
    return (
        "Below each figure its 95 % interval. Pairs: genuine + impostor. Over all databases this system accepted "
        f"pairs above level {', '.join(levels)}."
    )


def _by_database(report: Report) -> Iterator[Element]:
    for i, dataset in enumerate(report["datasets"]):
        for name, system in _systems(report):
            figures, first = system["datasets"][i], name == OWN
            yield row(
                dataset["name"] if first else "",
                text_cell(name),
                *error_cells(figures),
                *_pair_cells(figures),
                kind=_kind(report, name),
            )


def _kind(report: Report, name: str) -> str:
    """Tell own rows from those of peers, and the first of a database from the others, if there are peers."""
    return "own first" if name == OWN and report["peers"]["systems"] else ""


def _pair_cells(figures: Report) -> list[str]:
    pairs = f"{count(figures['genuine_pairs'])} + {count(figures['impostor_pairs'])}"
    return [str(figures["failures_to_extract"]), pairs]


def peers_note(report: Report) -> str:
    """Say which peers were run, or why none."""
    peers = report["peers"]
    if peers["version"] is None:
        return (
            f"No peers: the package {peers['package']} is not installed here (pip install -e '.[peers]'), so no "
            "other comparator was run on these images."
        )
    if not peers["systems"]:
        return "No peers: none were asked for."
    said = (
        f"Peers are EXTRACTOR+COMPARATOR of the package {peers['package']} {peers['version']}, on the same images, "
        "resampled to 500 dpi, and the same pairs; where one fails, the pair scores 0. Their scores are raw. They "
        f"start from the images; the templates of this system are {report['extractor']}."
    )
    most = peers["impostor_pairs_a_database"]
    if most is None:
        return said
    return f"{said} They compare all genuine pairs, but a sample of at most {count(most)} impostor pairs a database."


def _curves(report: Report) -> Element:
    pooled: list[Curve] = [(name, system["pooled"]) for name, system in _systems(report)]
    plots = [det_plot("DET, all databases under one threshold", pooled)]
    if len(report["datasets"]) > 1:
        for i, dataset in enumerate(report["datasets"]):
            curves: list[Curve] = [(name, system["datasets"][i]) for name, system in _systems(report)]
            plots.append(det_plot(f"DET, {dataset['name']}", curves))
    return section("Detection error trade-off", element("div", *plots, class_="plots"))


def _histograms(report: Report) -> Element:
    plots = [histogram_plot("Scores, all databases", report["pooled"])]
    if len(report["datasets"]) > 1:
        plots += [histogram_plot(f"Scores, {dataset['name']}", dataset) for dataset in report["datasets"]]
    return section("Scores", element("div", *plots, class_="plots"))


def _speed(report: Report) -> Element:
    headings = ["Database", "System", "Extraction, ms a print (median)", "Comparisons per second", "Threads"]
    rows = [
        row(
            dataset["name"] if name == OWN else "",
            text_cell(name),
            f"{system['datasets'][i]['extract_ms_median']:.1f}",
            count(system["datasets"][i]["compare_per_second"]),
            str(report["threads"] if name == OWN else 1),
            kind=_kind(report, name),
        )
        for i, dataset in enumerate(report["datasets"])
        for name, system in _systems(report)
    ]
    note = (
        f"Of this system {report['threads']} prints are extracted at a time, and comparison includes preparing the "
        "templates."
    )
    return section("Speed", table("As measured during this run", headings, rows), element("p", note, class_="small"))


def _databases(report: Report) -> Element:
    headings = [
        "Database",
        "ppi stated",
        "Fingers",
        "Images",
        "Genuine",
        "Impostor",
        "No template",
        "Minutiae (median)",
    ]
    rows = [
        row(
            d["name"],
            ", ".join(f"{ppi:g}" for ppi in d["resolution_ppi"]) or "in the files",
            str(d["fingers"]),
            count(d["impressions"]),
            count(d["genuine_pairs"]),
            count(d["impostor_pairs"]),
            str(d["failures_to_extract"]),
            f"{d['minutiae']['median']:g}",
        )
        for d in report["datasets"]
    ]
    return section("Databases", table("What was compared", headings, rows))


def _machine(report: Report) -> Element:
    used = {key: report[key] for key in ("extractor", "comparator", "calibration")} | report["machine"]
    if report["peers"]["version"]:
        used[report["peers"]["package"]] = report["peers"]["version"]
    rows = [row(key, text_cell(str(value))) for key, value in used.items()]
    return section("Machine and versions", table("Used", ["What", "Which"], rows))


def _reading(report: Report) -> Element:
    pairs, bootstrap = report["pooled"]["genuine_pairs"], report["bootstrap"]
    protocol = (
        f"Protocol: {report['protocol']}. Genuine: two impressions of one finger; impostor: of two fingers of one "
        "database. A pair is accepted at or above the threshold."
    )
    points = (
        "EER: where FNMR and FMR are nearest, as their mean. FMR100, FMR1000, FMR10000, ZeroFMR: FNMR at the lowest "
        "threshold with FMR at most 1 %, 0.1 %, 0.01 %, none. Where fewer impostor pairs than the denominator were "
        "compared, the figure is the ZeroFMR. DET curves end where less than one impostor pair would be accepted. What "
        "is zero lies on the lower edge of a plot. Levels end at 120, whatever the score."
    )
    intervals = (
        f"Intervals and bands: {bootstrap['confidence']:.0%}, percentiles of {count(bootstrap['replicates'])} draws of "
        "fingers (bootstrap); pairs that share a finger stand and fall together. Where no error was seen, no draw "
        f"has one: 0 to 0 is no certainty. Were pairs independent, none wrong among {count(pairs)} would still allow a "
        f"rate of {300 / pairs:.2f} %."
    )
    return section("How to read it", *(element("p", note, class_="small") for note in (protocol, points, intervals)))
