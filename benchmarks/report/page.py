"""The report as one page, made of its JSON alone: ``report.html`` filled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.identification.page import identification_sections
from benchmarks.identification.page import verdict as identification_verdict
from benchmarks.pages.render import count, render
from benchmarks.report.plots import Curve, claims_plot, det_plot, histogram_plot
from benchmarks.systems.symmetry import told

OWN = "this system"

Report = dict[str, Any]


def report_page(report: Report) -> str:
    """Return the page."""
    identification = report.get("identification")
    return render(
        "report/report.html",
        report=report | {"identification": identification},
        made=report["created"][:16].replace("T", " "),
        verdict=verdict(report),
        systems=[{"name": name, "own": name == OWN, "figures": figures} for name, figures in _systems(report)],
        peers_note=peers_note(report),
        curves=list(_curves(report)),
        histograms=list(_histograms(report)),
        calibration_note=_calibration_note(report) if report["calibration"] else "",
        claims_plot=claims_plot("Calibration, all databases", report["pooled"]["claims"], report["extrapolated_below"])
        if report["calibration"]
        else "",
        asymmetries=[said for dataset in report["datasets"] if (said := told(dataset["symmetry"]))],
        failures=[_failures(dataset) for dataset in report["datasets"]],
        identification_lead=_identification_lead(identification) if identification else "",
        identification_sections=identification_sections(identification) if identification else "",
        resolutions=[_resolutions(dataset) for dataset in report["datasets"]],
        used=_used(report),
    )


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


def peers_note(report: Report) -> str:
    """Say which peers were run, or why none."""
    peers = report["peers"]
    if peers["asked"] is not None and not peers["systems"]:
        return "No peers: none were asked for."
    if peers["version"] is None:
        return (
            f"No peers: the package {peers['package']} is not installed here (pip install -e '.[peers]'), so no "
            "other comparator was run on these images."
        )
    said = (
        f"Peers are EXTRACTOR+COMPARATOR of the package {peers['package']} {peers['version']}, on the same images, "
        "resampled to 500 dpi, and the same pairs; where one fails, the pair scores 0. Their scores are raw. They "
        f"start from the images; the templates of this system are {report['extractor']}."
    )
    most = peers["impostor_pairs_a_database"]
    if most is None:
        return said
    return f"{said} They compare all genuine pairs, but a sample of at most {count(most)} impostor pairs a database."


def _curves(report: Report) -> Iterator[str]:
    pooled: list[Curve] = [(name, system["pooled"]) for name, system in _systems(report)]
    yield det_plot("DET, all databases under one threshold", pooled)
    if len(report["datasets"]) > 1:
        for i, dataset in enumerate(report["datasets"]):
            curves: list[Curve] = [(name, system["datasets"][i]) for name, system in _systems(report)]
            yield det_plot(f"DET, {dataset['name']}", curves)


def _histograms(report: Report) -> Iterator[str]:
    levels = report["calibration"] is not None
    yield histogram_plot("Scores, all databases", report["pooled"], levels=levels)
    if len(report["datasets"]) > 1:
        for dataset in report["datasets"]:
            yield histogram_plot(f"Scores, {dataset['name']}", dataset, levels=levels)


def _calibration_note(report: Report) -> str:
    name, fitted_to = report["calibration"], report["calibration_extractor"]
    if fitted_to != report["extractor"]:
        return f"Calibration {name} was fitted to templates of {fitted_to}; here it judges {report['extractor']}."
    seen = [d["name"] for d in report["datasets"] if d["calibration_fitted_to_it"]]
    if seen:
        return f"Calibration {name} was fitted to impostor pairs of {', '.join(seen)}: on these, this is no test of it."
    return f"Calibration {name} was fitted to none of these databases."


def _failures(dataset: Report) -> Report:
    """Return a database's failures, and its rates with and without them."""
    without = dataset["without_failures"] or {}
    reasons = ", ".join(f"{count(number)} {reason}" for reason, number in dataset["failures"].items())
    if uncompared := dataset["failures_to_compare"]:
        reasons = ", ".join(filter(None, (reasons, f"{count(uncompared)} pairs not compared")))
    return {
        "name": dataset["name"],
        "acquire": dataset["failure_to_acquire_percent"],
        "enrol": dataset["failure_to_enrol_percent"],
        "reasons": reasons or "none",
        "rejected": dataset["percent"]["fmr1000"],
        "compared": without.get("fmr1000"),
    }


def _identification_lead(figures: Report) -> str:
    return f"{identification_verdict(figures)} {figures['protocol'].capitalize()}."


def _resolutions(dataset: Report) -> str:
    return ", ".join(f"{ppi:g}" for ppi in dataset["resolution_ppi"]) or "in the files"


def _used(report: Report) -> dict[str, Any]:
    used: dict[str, Any] = {key: report[key] for key in ("extractor", "comparator", "calibration")} | report["machine"]
    if report["peers"]["version"]:
        used[report["peers"]["package"]] = report["peers"]["version"]
    return used
