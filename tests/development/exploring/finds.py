"""What a property test failed with, as the line that keeps it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_TOLD = re.compile(r"(?:Falsifying|Failing) (?:explicit )?(?:example|test case): (.*)", re.DOTALL)
_ANY_OTHER = re.compile(r",?(\s+# or any other generated value)?$")
_ARGUMENT = re.compile(r"^    (\w+)=", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Find:
    """A failure that new examples led to.

    Attributes:
        test: node id.
        seed: the pass it was found in.
        example: the call that failed, as Hypothesis tells it; empty if it does not.
        fixtures: names of arguments that are not drawn.
        error: what went wrong, in one line.
    """

    test: str
    seed: int
    example: str
    fixtures: frozenset[str]
    error: str

    def told(self) -> str:
        """Say what was found and how to keep it."""
        line = example_line(self.example, self.fixtures)
        if line:
            keep = f"keep it, above the test:\n      {line}"
        else:
            keep = f"keep it as a test of its own:\n{_indented(self.example or 'run it again to see the example')}"
        name = self.test.partition("[")[0]
        again = f'python -m pytest "{name}" --hypothesis-profile=explore --hypothesis-seed={self.seed}'
        return f"FOUND {self.test}\n  {self.error}\n  {keep}\n  again: {again}"


def told_example(notes: Iterable[str]) -> str:
    """Return the failing call from what Hypothesis wrote beneath an exception; empty if there is none."""
    told = _TOLD.search("\n".join(notes))
    return told[1].strip() if told else ""


def example_line(call: str, fixtures: Collection[str]) -> str:
    """Return ``@example(...)`` of a failing call; empty if the call cannot be read, as that of a state machine.

    Args:
        call: one argument a line, or several, as Hypothesis writes it.
        fixtures: arguments to leave out: what they are need not be Python.
    """
    _, *parts = _ARGUMENT.split(call.partition("\n)")[0])
    arguments = {name: _ANY_OTHER.sub("", value.strip()) for name, value in zip(parts[::2], parts[1::2], strict=True)}
    drawn = ", ".join(f"{name}={value}" for name, value in arguments.items() if name not in fixtures)
    line = f"@example({drawn})"
    try:
        ast.parse(f"{line}\ndef test(): ...")
    except SyntaxError:
        return ""
    return line if drawn else ""


def _indented(text: str) -> str:
    return "\n".join(f"      {line}" for line in text.splitlines())
