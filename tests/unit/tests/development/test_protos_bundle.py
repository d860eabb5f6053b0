"""The bundle needs nothing beside it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tests.development.protos_bundle import bundle


def test_the_bundle_compiles_alone(tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle(tmp_path / "out")) as archive:
        archive.extractall(tmp_path / "protos")
    protos = tmp_path / "protos"
    names = sorted(str(path.relative_to(protos)) for path in protos.rglob("*.proto"))
    assert {"google/rpc/status.proto", "google/api/annotations.proto", "google/protobuf/descriptor.proto"} <= set(names)
    # An interpreter that is told of no other place: protoc alone knows none but the one that it is given.
    command = [sys.executable, "-c", "import sys; from grpc_tools import protoc; sys.exit(protoc.main(sys.argv))"]
    made = subprocess.run([*command, f"-I{protos}", "-o", str(tmp_path / "all.binpb"), *names], check=False)
    assert made.returncode == 0
    image = FileDescriptorSet.FromString((protos / "protos.binpb").read_bytes())
    assert sorted(file.name for file in image.file) == names


def test_the_same_protos_make_the_same_bundle(tmp_path: Path) -> None:
    assert bundle(tmp_path / "a").read_bytes() == bundle(tmp_path / "b").read_bytes()
