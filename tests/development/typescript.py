"""The client for Node: generated from the protos, compiled, and packed as npm has it.

python -m tests.development.typescript --out FOLDER

Needs node and npm; npm fetches what ``proto/typescript/package-lock.json`` locks.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grpc_tools import protoc

from tests.development.protos_bundle import names, roots
from tests.places import REPOSITORY

SOURCE = REPOSITORY / "proto" / "typescript"
_OF_THE_RUNTIME = "google/protobuf/"
"""Protos whose messages ``@bufbuild/protobuf`` has already."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the package; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.development.typescript", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the package")
    out = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "package"
        shutil.copytree(SOURCE, package)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], check=True, cwd=package)
        build(package)
        subprocess.run(["npm", "pack", "--pack-destination", str(out.resolve())], check=True, cwd=package)
    return 0


def build(package: Path) -> None:
    """Generate and compile in a copy of ``proto/typescript`` that has its ``node_modules``.

    Raises:
        OSError: protoc does not take the protos.
        subprocess.CalledProcessError: the compiler finds a fault; it says which.
    """
    programs = package / "node_modules" / ".bin"
    generated = package / "dist" / "gen"
    generated.mkdir(parents=True)
    asked = [f"--plugin=protoc-gen-es={programs / 'protoc-gen-es'}", f"--es_out={generated}"]
    asked += ["--es_opt=target=js+dts,import_extension=js", *(f"-I{root}" for root in roots())]
    if protoc.main(["protoc", *asked, *(name for name in names() if not name.startswith(_OF_THE_RUNTIME))]):
        raise OSError("protoc does not take the protos")
    subprocess.run([programs / "tsc", "-p", "."], check=True, cwd=package)


if __name__ == "__main__":
    sys.exit(main())
