"""``make supply-chain``: what it makes of what the tools tell it. No tool runs here, and no network is asked."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.places import REPOSITORY
from tests.supply_chain import command, tools
from tests.supply_chain.audit import judged
from tests.supply_chain.bill import merged, not_as_locked
from tests.supply_chain.licences import Allowed, licences, named, names_of, read, table
from tests.supply_chain.licences import judged as judged_licences
from tests.supply_chain.locks import LOCKS, Package, locked, package, parsed, written
from tests.supply_chain.part import Part, status_of

A, B, OTHER_B = Package("a", "1"), Package("b-c", "2"), Package("b-c", "3")
ASKED = {"all.lock": [A, B, OTHER_B], "deployed.lock": [A]}
HOLE = {"id": "PYSEC-1", "fix_versions": ["1.1"], "aliases": [], "description": "a hole"}


def answer(*told: dict[str, Any]) -> str:
    """What pip-audit writes."""
    return json.dumps({"dependencies": told, "fixes": []})


def fine(name: str, version: str) -> dict[str, Any]:
    return {"name": name, "version": version, "vulns": []}


def skipped(name: str) -> dict[str, Any]:
    return {"name": name, "skip_reason": "Dependency not found on PyPI and could not be audited"}


def test_all_that_was_audited_is_counted_for_each_lock() -> None:
    part = judged(ASKED, [answer(fine("a", "1"), fine("B_C", "2")), answer(fine("b.c", "3"))], [])
    assert part.said == ("all.lock: 3 of 3 packages audited", "deployed.lock: 1 of 1 packages audited")
    assert (part.result, status_of([part])) == ("held", 0)


def test_a_known_vulnerability_is_wrong_whatever_else_was_not_audited() -> None:
    unmended = {"id": "PYSEC-2", "fix_versions": []}
    part = judged(ASKED, [answer({"name": "a", "version": "1", "vulns": [HOLE, unmended]}, skipped("b-c"))], [])
    assert part.wrong == ("a 1: PYSEC-1, mended in 1.1", "a 1: PYSEC-2, mended in no version yet")
    assert part.not_shown == ("2 packages were not audited: b-c 2, b-c 3",)
    assert status_of([part]) == 1


def test_what_the_service_knows_nothing_of_was_not_audited() -> None:
    nothing = judged(ASKED, [answer(skipped("a"), skipped("b-c")), answer(skipped("b-c"))], [])
    assert nothing.said[0] == "all.lock: 0 of 3 packages audited"
    assert nothing.not_shown[0].startswith("none of 3 packages was audited")
    left_out = judged(ASKED, [answer(fine("a", "1"), fine("b-c", "2"))], [])
    assert left_out.not_shown == ("1 packages were not audited: b-c 3",)
    assert [status_of([part]) for part in (nothing, left_out)] == [3, 3]


def test_without_an_answer_nothing_was_audited_and_why_is_told() -> None:
    part = judged(ASKED, [], ["ConnectionError: no such host"])
    assert part.not_shown[0] == "pip-audit gave no answer: ConnectionError: no such host"
    assert status_of([part]) == 3


def test_many_that_were_not_audited_are_named_in_part() -> None:
    many = [Package(f"p{number}", "1") for number in range(9)]
    (line,) = judged({"lock": [A, *many]}, [answer(fine("a", "1"))], []).not_shown
    assert line == "9 packages were not audited: p0 1, p1 1, p2 1, p3 1, p4 1 and 4 more"


def test_a_lock_is_read_with_its_markers_and_nothing_else_is_one() -> None:
    text = "# made\na==1 \\\n    --hash=sha256:00\nB_c==2.0 ; python_version < '3.12' \\\n    --hash=sha256:01\nd==3\n"
    assert parsed(text) == {A: "", Package("b-c", "2.0"): "python_version < '3.12'", Package("d", "3"): ""}
    for wrong in ("a>=1\n", "a\n", "-r other.txt\n", "# nothing\n"):
        with pytest.raises(ValueError, match="lock"):
            parsed(wrong)


def test_every_line_of_our_locks_is_read() -> None:
    for lock in (*LOCKS, "tests/supply_chain/requirements.lock"):
        lines = (REPOSITORY / lock).read_text(encoding="utf-8").splitlines()
        assert len(locked(lock)) == sum("==" in line and not line.startswith(("#", " ")) for line in lines)


def test_one_file_asks_for_a_name_once(tmp_path: Path) -> None:
    first, second = written([A, B, OTHER_B], tmp_path)
    assert first.read_text(encoding="utf-8") == "a==1\nb-c==2\n"
    assert second.read_text(encoding="utf-8") == "b-c==3\n"


LOCKED = {
    "components": [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "bom-ref": f"L{version}",
            "description": "hashes",
            "externalReferences": [{"type": "distribution", "url": "u", "hashes": []}],
        }
        for name, version in (("a", "1"), ("b-c", "2"), ("b-c", "3"))
    ]
}
BS = [{"type": "vcs", "url": "https://b"}, {"type": "distribution", "url": "file:///tmp/b.whl"}]
HERE: dict[str, Any] = {
    "metadata": {"component": {"bom-ref": "root"}},
    "components": [
        {"type": "library", "name": "A", "version": "1", "bom-ref": "A==1", "licenses": [{"license": {"id": "MIT"}}]},
        {"type": "library", "name": "B.C", "version": "2", "bom-ref": "B", "externalReferences": BS},
        {"type": "library", "name": "ours-alone", "version": "9", "bom-ref": "O"},
    ],
    "dependencies": [{"ref": "root", "dependsOn": ["A==1", "O"]}, {"ref": "A==1", "dependsOn": ["B"]}, {"ref": "O"}],
}
WHERE = {A: "", B: "python_version < '3.12'", OTHER_B: "python_version >= '3.12'"}


def test_a_bill_has_what_the_lock_names_with_what_packages_tell_of_themselves() -> None:
    bill = merged(LOCKED, HERE, WHERE)
    a, b, other = bill["components"]
    assert a["licenses"] == [{"license": {"id": "MIT"}}]
    assert [one["type"] for one in b["externalReferences"]] == ["vcs", "distribution"]
    assert other["description"] == "not installed where this was made; only where python_version >= '3.12'"
    assert "hashes" not in json.dumps([one.get("description") for one in bill["components"]])
    assert bill["dependencies"] == [
        {"ref": "root", "dependsOn": ["pkg:pypi/a@1"]},
        {"ref": "pkg:pypi/a@1", "dependsOn": ["pkg:pypi/b-c@2"]},
        {"ref": "pkg:pypi/b-c@2", "dependsOn": []},
        {"ref": "pkg:pypi/b-c@3", "dependsOn": []},
    ]


def test_what_is_installed_otherwise_than_locked_is_told() -> None:
    assert not_as_locked(WHERE, HERE) == []
    assert not_as_locked({package("a", "2"): "", **WHERE}, HERE) == ["a 2 is locked and not installed: make install"]


ALLOWED = Allowed(frozenset({"MIT", "Apache-2.0"}), {"silent": "MIT"}, {"odd": "GPL-3.0"})
GOOD = {
    Package("a", "1"): frozenset({"MIT"}),
    Package("silent", "1"): frozenset[str](),
    Package("odd", "1"): frozenset({"GPL-3.0"}),
    Package("elsewhere", "1"): None,
}


def test_a_licence_that_is_not_on_the_list_is_named() -> None:
    assert judged_licences(GOOD, ALLOWED) == []
    found = judged_licences({**GOOD, B: frozenset({"MIT", "GPL-3.0"}), OTHER_B: frozenset()}, ALLOWED)
    assert found == ["b-c 2: GPL-3.0 is not on the list", "b-c 3 names no licence"]


def test_what_the_list_says_in_vain_is_named() -> None:
    changed = {Package("silent", "1"): frozenset({"MIT"}), Package("odd", "1"): frozenset({"MIT"})}
    assert judged_licences({**GOOD, **changed}, ALLOWED) == [
        "silent 1: what licences.toml says of it is not so any more",
        "odd 1: what licences.toml says of it is not so any more",
    ]
    assert judged_licences({A: frozenset({"MIT"})}, ALLOWED) == [
        "odd of licences.toml is in no lock",
        "silent of licences.toml is in no lock",
    ]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("MIT", {"MIT"}),
        ("", set()),
        ("(MIT OR Apache-2.0) AND 0BSD", {"MIT", "Apache-2.0", "0BSD"}),
        ("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception", {"BSD-2-Clause", "Apache-2.0 WITH LLVM-exception"}),
        ("License :: OSI Approved :: X (X 2.0)", {"License :: OSI Approved :: X (X 2.0)"}),
    ],
)
def test_every_licence_of_an_expression_counts(expression: str, names: set[str]) -> None:
    assert names_of(expression) == names


def test_what_is_locked_for_every_system_is_judged(tmp_path: Path) -> None:
    part = licences(tmp_path, {"components": []})
    assert "numba" in (tmp_path / "licences.md").read_text(encoding="utf-8")
    assert [line for line in part.wrong if line.startswith("numba ")] != []
    assert not [line for line in part.wrong if line.startswith("colorama ")]


def test_licences_are_read_from_a_bill_and_put_into_a_table() -> None:
    component = {"licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Own"}}, {"expression": "0BSD OR ISC"}]}
    assert named(component) == {"MIT", "Own", "0BSD", "ISC"}
    assert named({}) == frozenset()
    assert table(GOOD, {A}, ALLOWED).splitlines()[2:] == [
        "| a | 1 | yes | MIT |",
        "| silent | 1 |  | MIT (its licence file) |",
        "| odd | 1 |  | GPL-3.0 |",
        "| elsewhere | 1 |  | not installed here |",
    ]


def test_the_list_names_packages_of_the_lock_each_with_its_reason() -> None:
    names = {each.name for each in locked("requirements.lock")}
    allowed = read()
    assert {*allowed.stated, *allowed.besides} <= names
    told = tomllib.loads((REPOSITORY / "tests/supply_chain/licences.toml").read_text(encoding="utf-8"))
    assert all(one["why"] for one in told["besides"].values())


def test_what_was_not_shown_is_the_last_line_unless_something_is_wrong() -> None:
    unseen, bad = Part("audit", ("0 of 1",), not_shown=("no service",)), Part("static", (), ("x.py:1: S1",))
    assert command.lines([unseen])[-1] == "NOT SHOWN: no service"
    both = command.lines([unseen, bad])
    assert not [line for line in both if line.startswith("NOT SHOWN")]
    assert "static   WRONG: x.py:1: S1" in both
    assert [status_of(parts) for parts in ([], [unseen], [unseen, bad])] == [0, 3, 1]


def test_without_the_tools_nothing_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise tools.ToolsError("pip could not")

    monkeypatch.setattr(tools, "install", missing)
    assert command.main(["--only", "audit,bill", "--json", "--out", str(tmp_path / "out")]) == 3
    told = json.loads(capsys.readouterr().out)
    assert [(part["name"], part["not_shown"]) for part in told["parts"]] == [
        ("audit", ["pip could not"]),
        ("bill", ["pip could not"]),
    ]
    assert command.main(["--only", "unheard-of"]) == 2
