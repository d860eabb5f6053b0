"""The file of record sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from idverify.domain.errors import SettingsError
from idverify.records.owners.sources_file import load_sources

GOOD = """
[sources.insurer]
title = "Bảo hiểm"
record_types = ["health_insurance"]
keys = "k.json"
grpc = { address = "host:1", ca = "ca.pem" }
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_source_is_read_with_what_is_usual(tmp_path: Path) -> None:
    (source,) = load_sources(write(tmp_path, GOOD)).values()
    rules = source.rules("insurer")
    assert (rules.name, rules.title, rules.seconds, rules.max_age_seconds) == ("insurer", "Bảo hiểm", 2.0, 30 * 86_400)
    assert (source.grpc.address, source.grpc.ca) == ("host:1", Path("ca.pem"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("title =", "tittle ="), "sources.insurer.tittle"),
        (('["health_insurance"]', "[]"), "record_types"),
        (("grpc =", "# grpc ="), "grpc: Field required"),
        (("[sources.insurer]", '[sources."In surer"]'), "sources.In surer"),
        (("title = ", "title = ="), "is not TOML"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load_sources(write(tmp_path, GOOD.replace(*change)))


def test_a_type_has_one_owner(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="record types with two sources: health_insurance"):
        load_sources(write(tmp_path, GOOD + GOOD.replace("insurer", "other")))
    with pytest.raises(SettingsError, match="cannot be read"):
        load_sources(tmp_path / "absent.toml")
