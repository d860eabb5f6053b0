"""Pages say of the service what the code does: blocks are made, and nothing is left out of them."""

from __future__ import annotations

import re

import pytest

from idverify.access.permissions import PERMISSIONS
from idverify.domain.reasons import Reason
from idverify.settings import Settings
from tests.development.cli_reference import command_line
from tests.development.service_tables import service_tables

TABLES = service_tables()


def first_cells(table: str) -> list[str]:
    return re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE)


def row(table: str, name: str) -> list[str]:
    (line,) = [line for line in table.splitlines() if line.startswith(f"| `{name}` |")]
    return [cell.strip() for cell in line.strip("|").split("|")[1:]]


def test_every_reason_stands_in_one_section() -> None:
    listed = [code for name, table in TABLES.items() if name.startswith("reasons-") for code in first_cells(table)]
    assert sorted(listed) == sorted(reason.code for reason in Reason)


def test_every_setting_is_explained_with_its_default_and_its_bounds() -> None:
    table = TABLES["settings"]
    assert first_cells(table) == list(Settings.model_fields)
    assert all(row(table, name)[0] and row(table, name)[2] for name in Settings.model_fields)
    assert row(table, "queue_length")[:2] == ["`64`", "from 0 to 10000"]
    assert row(table, "default_deadline_seconds")[:2] == ["`30.0`", "above 0 to 3600"]
    assert row(table, "extractor")[1] == "`leader`, `ridge`"
    assert row(table, "workers")[0] == "number of cores, at least 2"
    assert row(table, "tls_cert")[0] == "none"


def test_every_method_has_its_roles_and_says_whether_it_needs_an_id() -> None:
    table = TABLES["permissions"]
    assert len(first_cells(table)) == len(PERMISSIONS)
    assert row(table, "VerificationService.Verify") == ["yes", "", "", "", "", "", "", "needed"]
    assert row(table, "VerificationService.IdentifyStream") == ["yes", "", "", "", "", "", "", "needed"]
    assert row(table, "EnrolmentService.GetCitizen") == ["", "yes", "yes", "", "", "", "", ""]


@pytest.mark.parametrize("name", ["serve", "enrol", "verify", "identify-many", "keys rotate", "records put"])
def test_commands_have_a_section(name: str) -> None:
    assert f"## idverify {name}\n" in command_line()["command-line"]


def test_every_option_has_a_text() -> None:
    assert not re.search(r"^\* `[^`]+`: (None|)$", command_line()["command-line"], re.MULTILINE)
