"""Fixtures shared by all tests."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer.main
import typer.testing

from idverify.telemetry.log_lines import JsonLines
from tests.development.exploring.profiles import load_fixed_profile
from tests.places import REPOSITORY

pytest_plugins = ["tests.left_out", "tests.tokens"]

load_fixed_profile()


def pytest_collection_finish() -> None:
    """Leave what was imported to the end of the run: looking for garbage in it took a tenth of the tests' time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def log_of_one_test() -> Iterator[None]:
    """What a test served or commanded in this process writes its log to ends with the test: no other writes there."""
    yield
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler.formatter, JsonLines)]
    root.setLevel(logging.WARNING)
    logging.getLogger("idverify").setLevel(logging.NOTSET)


@pytest.fixture(scope="session", autouse=True)
def command_line_made_once() -> Iterator[None]:
    """What is called of a command line is made of it once a run: else at every call, for a fifth of a second."""
    with pytest.MonkeyPatch.context() as instead:
        instead.setattr(typer.testing, "_get_command", cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real development fingerprints (FVC sets B); the test is skipped, saying so, where it is absent."""
    folder = Path(os.environ.get("IDVERIFY_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "fvc2002" / "DB1_B").is_dir():
        pytest.skip(f"no real fingerprints at {folder} (set IDVERIFY_DATA to a folder holding fvc2002/DB1_B)")
    return folder


@pytest.fixture(scope="session")
def contracts() -> Path:
    """Folder of what third parties wrote, to test by; the test is skipped, saying so, where it is absent."""
    folder = Path(os.environ.get("IDVERIFY_CONTRACTS", REPOSITORY.parent / "shared" / "contracts"))
    if not folder.is_dir():
        pytest.skip(f"no contracts at {folder} (set IDVERIFY_CONTRACTS to a folder holding mosip-sbi)")
    return folder
