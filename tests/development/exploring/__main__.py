"""Draws new examples for the property tests until the time is up, and says how to keep what it finds.

python -m tests.development.exploring --minutes 5 [tests/unit/matcher ...]
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Generator, Sequence
from itertools import groupby

import pytest

from tests.development.exploring.finds import Find, told_example
from tests.development.exploring.profiles import EXPLORE, load_fixed_profile
from tests.places import REPOSITORY


class Explorer:
    """Watches one pass over the property tests: another order every time, and no test begun after the end."""

    def __init__(self, seed: int, end: float) -> None:
        self.seed = seed
        self.end = end
        self.tests = 0
        self.finds: list[Find] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Shuffle the modules, so that a short time reaches other tests every time."""
        modules = [list(group) for _, group in groupby(items, key=lambda item: item.nodeid.partition("::")[0])]
        random.Random(self.seed).shuffle(modules)
        items[:] = [item for module in modules for item in module]

    def pytest_runtest_logfinish(self) -> None:
        """Count."""
        self.tests += 1

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep a failure."""
        report = yield
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            error = call.excinfo.value
            example = told_example(getattr(error, "__notes__", ()))
            fixtures = frozenset(getattr(item, "fixturenames", ()))  # what is drawn is none
            first = (str(error).splitlines() or [""])[0]
            self.finds.append(Find(item.nodeid, self.seed, example, fixtures, f"{type(error).__name__}: {first}"))
        if time.monotonic() >= self.end:
            item.session.shouldstop = "the time is up"
        return report


def explore(minutes: float, tests: Sequence[str]) -> list[Find]:
    """Run passes with new seeds; return the first find of each test."""
    end = time.monotonic() + 60 * minutes
    finds: dict[str, Find] = {}
    load_fixed_profile()  # knows the other by its name
    while True:
        seed = random.SystemRandom().randrange(2**32)
        explorer = Explorer(seed, end)
        print(f"seed {seed}", flush=True)
        configuration = (
            "-c",
            str(REPOSITORY / "pyproject.toml"),
            f"--rootdir={REPOSITORY}",
            "-o",
            "timeout=0",
            "-p",
            "no:cacheprovider",
        )
        drawing = ("-m", "hypothesis", f"--hypothesis-profile={EXPLORE}", f"--hypothesis-seed={seed}")
        quiet = ("-q", "--no-header", "--no-summary", "--tb=no", "-o", "addopts=")
        # All passes are in this process, where what is imported and compiled stays so.
        again = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
        status = pytest.main([*configuration, *drawing, *quiet, *again, *tests], plugins=[explorer])
        for find in explorer.finds:
            if finds.setdefault(find.test, find) is find:
                print(find.told(), flush=True)
        if not explorer.tests:
            raise SystemExit(f"pytest ran no test and ended with {int(status)}")
        if time.monotonic() >= end:
            return list(finds.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Explore; return 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.development.exploring", description=__doc__)
    parser.add_argument("--minutes", type=float, required=True, help="how long; the last test may take longer")
    parser.add_argument("tests", nargs="*", default=[str(REPOSITORY / "tests")], help="files or folders; default: all")
    options = parser.parse_args(arguments)
    finds = explore(options.minutes, options.tests)
    print(f"{len(finds)} found")
    for find in finds:
        print(find.told())
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
