"""Functions are short and take few parameters; where one does not, a comment above it says why."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.sources import sources
from tests.places import REPOSITORY

MOST_LINES, MOST_PARAMETERS = 60, 8
WHY_LONG = re.compile(r"\blong", re.IGNORECASE)
WHY_MANY = re.compile(r"\bparameter", re.IGNORECASE)


@dataclass(frozen=True)
class Function:
    """A function as it stands in its file.

    Attributes:
        place: ``file:line name``.
        lines: from ``def`` to its end.
        parameters: without ``self``.
        comment: the lines that begin with # directly above it and its decorators, and one that ends the line of def.
    """

    place: str
    lines: int
    parameters: int
    comment: str

    @property
    def faults(self) -> list[str]:
        found = []
        if self.lines > MOST_LINES and not WHY_LONG.search(self.comment):
            found.append(f"{self.place}: {self.lines} lines, and no comment above it says why it is so long")
        if self.parameters > MOST_PARAMETERS and not WHY_MANY.search(self.comment):
            found.append(f"{self.place}: {self.parameters} parameters, and no comment above it says why so many")
        return found


def functions(name: str, text: str) -> Iterator[Function]:
    """Read all functions of a file, those within others too."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            named = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            count = len([a for a in named if a.arg not in {"self", "cls"}])
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            above: list[str] = []
            while len(above) < first - 1 and lines[first - 2 - len(above)].lstrip().startswith("#"):
                above.append(lines[first - 2 - len(above)])
            comment = " ".join([*reversed(above), lines[node.lineno - 1].partition("#")[2]])
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(f"{name}:{node.lineno} {node.name}", length, count, comment)


def faults_of(file: Path) -> list[str]:
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    return [fault for function in functions(str(file), text) for fault in function.faults]


def test_functions_are_short_and_take_few_parameters() -> None:
    assert [fault for file in sources() for fault in faults_of(file)] == []


MANY = "def f(a, b, c, d, /, e, f, g, *, h, i): ..."
LONG = "def f(self):\n" + "    x = 1\n" * MOST_LINES


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (MANY, 1),
        (f"# These parameters are the columns of a table.\n{MANY}", 0),
        (f"# These parameters\n# are the columns of a table.\n@decorated(\n)\n@again\n{MANY}", 0),
        (f"# These parameters belong to something else.\n\n{MANY}", 1),
        (MANY.replace("...", "...  # parameters: the columns of a table"), 0),
        (MANY.replace(", i", ""), 0),
        (LONG, 1),
        (LONG.removesuffix("    x = 1\n"), 0),
        (f"# Long: a table of contents.\n{LONG}", 0),
        (f"# It has its parameters.\n{LONG}", 1),
        (f"class A:\n    async {MANY}", 1),
    ],
)
def test_the_rule_can_be_broken_and_kept(text: str, faults: int) -> None:
    found = [fault for function in functions("a.py", text) for fault in function.faults]
    assert len(found) == faults
