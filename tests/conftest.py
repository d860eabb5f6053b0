"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.places import REPOSITORY

# A first call compiles or loads: how long it takes says nothing about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real development fingerprints (FVC sets B); the test is skipped, saying so, where it is absent."""
    folder = Path(os.environ.get("IDVERIFY_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "fvc2002" / "DB1_B").is_dir():
        pytest.skip(f"no real fingerprints at {folder} (set IDVERIFY_DATA to a folder holding fvc2002/DB1_B)")
    return folder
