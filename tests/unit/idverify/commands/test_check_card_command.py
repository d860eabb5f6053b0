"""A card is checked by files alone, and nobody is told whose it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner, Result

from idverify.cli import build_app
from tests.card_kit import card, certified, country, data_group_1, mrz

NUMBER = "027084000999"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    read = card({1: data_group_1(mrz(NUMBER))})
    (tmp_path / "EF.SOD").write_bytes(read.security_object)
    (tmp_path / "EF.DG1").write_bytes(read.data_groups[1])
    (tmp_path / "csca.pem").write_bytes(country().certificate.public_bytes(Encoding.PEM))
    another = certified("another", authority=True)
    (tmp_path / "another.pem").write_bytes(another.certificate.public_bytes(Encoding.PEM))
    return tmp_path


def run(folder: Path, *groups: str, issuers: str = "csca.pem") -> Result:
    arguments = ["check-card", str(folder / "EF.SOD"), *groups, "--issuers", str(folder / issuers)]
    return CliRunner().invoke(build_app(), [*arguments, "--json"])


def test_a_sound_card_names_its_issuer_and_not_its_holder(folder: Path) -> None:
    done = run(folder, f"1={folder / 'EF.DG1'}")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["issuer"], told["expires"], told["clone_check"]) == ("CN=CSCA", "2044-12-31", "not performed")
    assert NUMBER not in done.output
    arguments = ["check-card", str(folder / "EF.SOD"), f"1={folder / 'EF.DG1'}", "--issuers", str(folder / "csca.pem")]
    assert "CN=CSCA" in CliRunner().invoke(build_app(), arguments).stdout


def test_one_of_another_issuer_is_refused(folder: Path) -> None:
    done = run(folder, f"1={folder / 'EF.DG1'}", issuers="another.pem")
    error = json.loads(done.stderr)["error"]
    assert (done.exit_code, error["reason"]) == (1, "CARD_INVALID")
    assert error["message"].endswith("(part issuer)")


@pytest.mark.parametrize(("group", "issuers"), [("EF.DG1", "csca.pem"), ("1=nothing", "csca.pem"), ("1=x", "EF.SOD")])
def test_files_that_are_none_are_wrong_usage(folder: Path, group: str, issuers: str) -> None:
    assert run(folder, group, issuers=issuers).exit_code == 2
