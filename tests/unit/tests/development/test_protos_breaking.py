"""Protos that break what was released are refused, as ``make protos`` refuses them; what is added is taken."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet

from tests.development.protos_bundle import compiled
from tests.places import REPOSITORY

BUF = Path(sys.executable).with_name("buf")
RELEASED = REPOSITORY / "proto" / "released.binpb.gz"


@pytest.fixture(scope="module")
def image() -> bytes:
    return compiled("--include_imports")


def breaks(image: FileDescriptorSet, folder: Path) -> str:
    """Return what buf says is broken."""
    (folder / "now.binpb").write_bytes(image.SerializeToString())
    asked = ["breaking", f"{folder}/now.binpb", "--against", str(RELEASED), "--config", f"{REPOSITORY}/proto/buf.yaml"]
    done = subprocess.run([BUF, *asked], capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is (not done.stdout), done.stderr
    return done.stdout


def file(image: FileDescriptorSet, name: str) -> FileDescriptorProto:
    return next(one for one in image.file if one.name == f"idverify/v1/{name}.proto")


def verify_request(image: FileDescriptorSet) -> DescriptorProto:
    return next(one for one in file(image, "verification").message_type if one.name == "VerifyRequest")


def remove_field(image: FileDescriptorSet) -> None:
    del verify_request(image).field[1]


def rename_field(image: FileDescriptorSet) -> None:
    verify_request(image).field[1].name = "another"
    verify_request(image).field[1].json_name = "another"


def renumber_field(image: FileDescriptorSet) -> None:
    verify_request(image).field[1].number = 99


def remove_method(image: FileDescriptorSet) -> None:
    del file(image, "verification").service[0].method[0]


def remove_value(image: FileDescriptorSet) -> None:
    del file(image, "types").enum_type[0].value[-1]


@pytest.mark.parametrize("change", [remove_field, rename_field, renumber_field, remove_method, remove_value])
def test_what_goes_is_refused(image: bytes, change: Callable[[FileDescriptorSet], None], tmp_path: Path) -> None:
    changed = FileDescriptorSet.FromString(image)
    change(changed)
    assert breaks(changed, tmp_path)


def test_what_is_there_and_what_is_added_is_taken(image: bytes, tmp_path: Path) -> None:
    added = FileDescriptorSet.FromString(image)
    field = verify_request(added).field.add()
    field.CopyFrom(verify_request(added).field[1])
    field.name, field.json_name, field.number = "more", "more", 4711
    assert breaks(added, tmp_path) == ""


def test_make_asks_the_same_and_the_package_for_node_has_our_version() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"buf breaking \S+ --against \$\(RELEASED\) --config proto/buf.yaml", makefile)
    assert f"RELEASED := {RELEASED.relative_to(REPOSITORY)}" in makefile
    ours = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert json.loads((REPOSITORY / "proto/typescript/package.json").read_text(encoding="utf-8"))["version"] == ours
