"""Every alert is explained, tested and asks for what there is; so does the dashboard, which is fresh."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from idverify.domain.reasons import Reason
from idverify.ports import Stage
from idverify.telemetry.watching.families import FAMILIES, Kind
from tests.development import dashboard
from tests.docs.test_links import anchors
from tests.places import DOCS, REPOSITORY

FOLDER = REPOSITORY / "deploy" / "watch"
RULES = (FOLDER / "alerts.yml").read_text(encoding="utf-8")
TESTS = "".join(file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*_test.yml")))
RUNBOOK = DOCS / "runbook.md"
WATCHING = (DOCS / "watching.md").read_text(encoding="utf-8")
QUESTIONS = [query.replace("\\|", "|") for query in re.findall(r"^\| [^`|]+ \| `(.+)` \|$", WATCHING, re.MULTILINE)]
"""PromQL of the table of questions; a bar in a table is written with a backslash."""
ALERTS = re.findall(r"^ +- alert: (\w+)$", RULES, re.MULTILINE)
SERIES = {
    f"{family.full_name}{end}"
    for family in FAMILIES
    for end in (("_bucket", "_sum", "_count") if family.kind is Kind.HISTOGRAM else ("",))
}
"""Every series that may be asked for."""


def asked(text: str) -> set[str]:
    return set(re.findall(r"\bidverify_\w+", text))


def test_every_alert_has_its_section_and_every_section_its_alert() -> None:
    assert len(ALERTS) == len(set(ALERTS)) > 20
    titles = re.findall(r"^## (.*)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert titles == ALERTS, "in the order of the rules"
    leads = re.findall(r"runbook: docs/runbook\.md#(\S+)$", RULES, re.MULTILINE)
    assert leads == [alert.lower() for alert in ALERTS]
    assert set(leads) <= anchors(RUNBOOK)


def test_lines_of_the_log_that_the_runbook_looks_for_are_written() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in sorted((REPOSITORY / "idverify").rglob("*.py")))
    said = re.sub(r"`(?:idverify|systemctl) [^`]+`", "", RUNBOOK.read_text(encoding="utf-8"))
    lines = re.findall(r"`([a-z][a-z.]*(?: [a-z.]+)+)`|grep '([^']+)'", said)
    assert len(lines) > 10
    for line in (line or grepped for line, grepped in lines):
        # Of a chore that failed the line has its name before the word.
        assert f'"{line}"' in code or f'"{line.removesuffix(" failed")}"' in code, line


def test_what_is_critical_is_said_to_be() -> None:
    sections = re.findall(r"^## (\w+)\n\n(\*\*critical\*\* · )?", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    severities = re.findall(r"severity: (\w+)", RULES)
    assert {name for name, critical in sections if critical} == {
        alert for alert, severity in zip(ALERTS, severities, strict=True) if severity == "critical"
    }


def test_every_alert_is_tested() -> None:
    fired = set(re.findall(r'alertname="(\w+)"', TESTS))
    assert fired == set(ALERTS)


@pytest.mark.parametrize(
    "text",
    [RULES, TESTS, dashboard.text(), "\n".join(QUESTIONS)],
    ids=["alerts", "tests", "dashboard", "questions"],
)
def test_nobody_asks_for_what_there_is_not(text: str) -> None:
    assert asked(text)
    assert asked(text) - SERIES == set()


def test_labels_that_are_asked_for_have_such_values() -> None:
    reasons = {reason.code for reason in Reason}
    assert len(QUESTIONS) == 10
    named = re.findall(r'reason=~?"([^"]+)"', "\n".join([RULES, *QUESTIONS]))
    for word in (word for words in named for word in words.split("|")):
        assert any(re.fullmatch(word, reason) for reason in reasons), word
    stages = set(re.findall(r'stage="(\w+)"', RULES + TESTS))
    assert stages
    assert stages <= {stage.value for stage in Stage}


def test_the_dashboard_is_fresh_and_shows_everything() -> None:
    assert dashboard.FILE.read_text(encoding="utf-8") == dashboard.text(), "run: python -m tests.development.dashboard"
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked(dashboard.text())}
    assert {family.full_name for family in FAMILIES} - shown == set()


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard.dashboard()["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert max(x for x, _ in cells) < 24
        assert taken.isdisjoint(cells)
        taken |= cells


def promtool(*arguments: str) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("no promtool here: run under .ci/with-verifiers")
    done = subprocess.run(["promtool", *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_reads_the_alerts() -> None:
    promtool("check", "rules", "alerts.yml")


@pytest.mark.slow
def test_the_alerts_say_what_they_are_for() -> None:
    promtool("test", "rules", *(file.name for file in sorted(FOLDER.glob("*_test.yml"))))


def test_promtool_understands_every_line_of_the_dashboard_and_every_question(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    lines = [target["expr"] for panel in dashboard.dashboard()["panels"] for target in panel.get("targets", [])]
    lines += QUESTIONS
    rules = tmp_path_factory.mktemp("rules") / "lines.yml"
    head = "groups:\n  - name: dashboard\n    rules:\n"
    # As rules they are parsed; a variable of Grafana is text to Prometheus.
    each = "".join(f"      - record: line{number}\n        expr: '{line}'\n" for number, line in enumerate(lines))
    rules.write_text(head + each, encoding="utf-8")
    promtool("check", "rules", str(rules))
