"""The protos as one file that needs nothing beside it: ours, and all that they import of others.

python -m tests.development.protos_bundle --out FOLDER

Tools of other languages, such as Node's proto-loader, find Google's common protos nowhere by themselves. In the bundle
lies, too, a compiled image of all (`protos.binpb`), which buf and grpcurl read as it is.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from sysconfig import get_path

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

from tests.places import REPOSITORY

NAME = "idverify-protos.zip"
_NOT_IMPORTED = ("google/longrunning/operations_proto.proto", "google/rpc/error_details.proto")
"""What is met on the wire all the same: work that takes long, and the details of refusals."""

_LONG_AGO = (2026, 1, 1, 0, 0, 0)
"""The time of every file, so that the same protos make the same bundle."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the bundle; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.development.protos_bundle", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the bundle")
    print(bundle(parser.parse_args(arguments).out))
    return 0


def bundle(out: Path) -> Path:
    """Make the bundle in a folder; return its path.

    Raises:
        OSError: protoc does not take the protos.
    """
    out.mkdir(parents=True, exist_ok=True)
    image = _whole()
    path = out / NAME
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(image):
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return path


def names() -> list[str]:
    """Return the names of ours and of all that they need of others.

    Raises:
        OSError: protoc does not take the protos.
    """
    return [file.name for file in FileDescriptorSet.FromString(_whole()).file]


def roots() -> list[Path]:
    """Return the folders in which protos are looked for, in order."""
    return [REPOSITORY / "proto", Path(get_path("purelib")), Path(str(resources.files("grpc_tools"))) / "_proto"]


def compiled(*options: str, besides: Sequence[str] = ()) -> bytes:
    """Return our protos as protoc compiles them, a ``FileDescriptorSet``.

    Args:
        options: of protoc.
        besides: names of other people's, which are compiled too.

    Raises:
        OSError: protoc does not take the protos.
    """
    ours = sorted(str(path) for path in (REPOSITORY / "proto" / "idverify" / "v1").glob("*.proto"))
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "protos.binpb"
        asked = ["protoc", *(f"-I{root}" for root in roots()), *options, "-o", str(image)]
        if protoc.main([*asked, *ours, *besides]):
            raise OSError("protoc does not take the protos")
        return image.read_bytes()


def _whole() -> bytes:
    return compiled("--include_imports", besides=_NOT_IMPORTED)


def _files(image: bytes) -> Iterator[tuple[str, bytes]]:
    for file in FileDescriptorSet.FromString(image).file:
        place = next(root for root in roots() if (root / file.name).is_file())
        yield file.name, (place / file.name).read_bytes()
    yield "protos.binpb", image


if __name__ == "__main__":
    sys.exit(main())
