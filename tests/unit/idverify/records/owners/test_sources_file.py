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
    assert source.grpc is not None
    rules = source.rules("insurer")
    assert (rules.name, rules.title, rules.seconds, rules.max_age_seconds) == ("insurer", "Bảo hiểm", 2.0, 30 * 86_400)
    assert (source.grpc.address, source.grpc.ca) == ("host:1", Path("ca.pem"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("title =", "tittle ="), "sources.insurer.tittle"),
        (('["health_insurance"]', "[]"), "record_types"),
        (("grpc =", "# grpc ="), "exactly one of grpc and http"),
        (("[sources.insurer]", '[sources."In surer"]'), "sources.In surer"),
        (("title = ", "title = ="), "is not TOML"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load_sources(write(tmp_path, GOOD.replace(*change)))


HTTP = (
    GOOD.replace("grpc =", "# grpc =")
    + """
[sources.insurer.http]
url = "https://lgsp.example/records"
token_url = "https://lgsp.example/token"
client_id = "idverify"
client_secret_file = "secret"
signing_key = "signing.key"
signing_key_id = "k1"
services = { health_insurance = "TH-1" }
"""
)


def test_the_platform_is_a_way_too(tmp_path: Path) -> None:
    (source,) = load_sources(write(tmp_path, HTTP)).values()
    assert source.http is not None
    assert source.http.services == {"health_insurance": "TH-1"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("https://lgsp.example/token", "http://lgsp.example/token"), "must begin with https"),
        (("https://lgsp.example/token", "http://127.0.0.1:80@lgsp.example/token"), "must begin with https"),
        (("https://lgsp.example/token", "http://localhost@lgsp.example/token"), "must begin with https"),
        (("health_insurance = ", "residence = "), "must name the integration service of every record type"),
        (("# grpc =", "grpc ="), "exactly one of grpc and http"),
        (("TH-1", "T" * 21), "services"),
    ],
)
def test_a_way_that_cannot_be_taken_is_named(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load_sources(write(tmp_path, HTTP.replace(*change)))


def test_a_type_has_one_owner(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="record types with two sources: health_insurance"):
        load_sources(write(tmp_path, GOOD + GOOD.replace("insurer", "other")))
    with pytest.raises(SettingsError, match="cannot be read"):
        load_sources(tmp_path / "absent.toml")
