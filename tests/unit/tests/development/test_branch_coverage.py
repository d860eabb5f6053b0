"""The gate of branch coverage: it adds up packages, names what is missing, and does not take nothing for enough."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.development.branch_coverage import PACKAGES, coverage_of, main
from tests.places import REPOSITORY


def measured(branches: int, taken: int, missing: list[list[int]]) -> dict[str, Any]:
    return {"summary": {"num_branches": branches, "covered_branches": taken}, "missing_branches": missing}


def report(tmp_path: Path, files: dict[str, Any]) -> str:
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps({"files": files}))
    return str(path)


def test_a_package_is_the_sum_of_its_files_and_of_no_other() -> None:
    files = {
        "idverify/rpc/a.py": measured(10, 9, [[3, 5]]),
        "idverify/rpc/convert/b.py": measured(10, 8, [[7, -1], [8, 9]]),
        "idverify/rpc_other/c.py": measured(100, 0, []),
    }
    found = coverage_of("idverify/rpc", files)
    assert (found.branches, found.taken, found.percent) == (20, 17, 85.0)
    assert found.missing == ("idverify/rpc/a.py:3->5", "idverify/rpc/convert/b.py:7", "idverify/rpc/convert/b.py:8->9")


def test_all_packages_have_to_be_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {f"{package}/a.py": measured(20, 19, [[1, 2]]) for package in PACKAGES}
    assert main([report(tmp_path, files)]) == 0
    files["idverify/trust/a.py"] = measured(100, 94, [[1, 2]])
    assert main([report(tmp_path, files)]) == 1
    assert "idverify/trust      94.00 % of 100 branches  less than 95 %: idverify/trust/a.py:1->2" in (
        capsys.readouterr().out
    )


def test_what_was_not_measured_is_not_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {f"{package}/a.py": measured(20, 20, []) for package in PACKAGES[1:]}
    assert main([report(tmp_path, files)]) == 1
    assert "not measured" in capsys.readouterr().out


def test_every_package_is_there() -> None:
    assert all((REPOSITORY / package / "__init__.py").is_file() for package in PACKAGES)
