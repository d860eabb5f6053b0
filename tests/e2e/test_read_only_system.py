"""Where the service may write nothing but its data, it starts from machine code made when it was installed."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import PIL.Image
import pytest

from enroll_tools.synthetic.prints.impression import make_impression
from enroll_tools.synthetic.prints.master import make_master
from idverify.v1 import biometrics_pb2, enrolment_pb2, types_pb2, verification_pb2
from matcher.machine_code import _loops, _version
from matcher.types import Image
from tests.e2e.harness import NUMBER, PROCEDURE, context
from tests.e2e.process import ServerProcess
from tests.e2e.stubs import Stubs
from tests.places import GOLDEN, REPOSITORY

pytestmark = pytest.mark.slow

# Root may write whatever the bits say, unless that is taken from it.
_AS_ANYBODY = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()


@dataclass(frozen=True)
class Installed:
    """Packages and a home that nobody may write; the rest of the folder is the service's."""

    folder: Path

    @property
    def packages(self) -> Path:
        return self.folder / "packages"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def run(self, *arguments: str, compiled_dir: Path | None = None, free: bool = False) -> subprocess.Popen[str]:
        """Begin a command of the installed package; ``free``: by whoever may write everything."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "PYTHONPATH": str(self.packages),
            "IDVERIFY_EXTRACTOR": "ridge",
            "IDVERIFY_LISTEN": "127.0.0.1:0",
            "IDVERIFY_DATA_DIR": str(self.folder / "data"),
        }
        if compiled_dir is not None:
            environment["IDVERIFY_COMPILED_DIR"] = str(compiled_dir)
        return subprocess.Popen(
            [*(() if free else _AS_ANYBODY), sys.executable, "-m", "idverify", *arguments],
            env=environment,
            cwd=self.folder,
            stdout=subprocess.PIPE if "compile" in arguments else None,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    if _AS_ANYBODY and not shutil.which("setpriv"):
        pytest.skip("root writes everything here: there is no setpriv")
    system = Installed(tmp_path_factory.mktemp("installed"))
    system.home.mkdir()
    for package in ("matcher", "idverify"):
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(REPOSITORY / package, system.packages / package, ignore=left_out)
    read_only(system.home, system.packages)
    return system


def read_only(*folders: Path) -> None:
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)


def put_in(compiled_dir: Path, left_out: str) -> None:
    """Put into a folder what is compiled beside the repository's source, as compiling into it would, but for one loop.

    To compile all of it anew takes three minutes of a processor.
    """
    for index in (REPOSITORY / "matcher").rglob("*.nbi"):
        with index.open("rb") as file:
            numba, (stamp, overloads) = pickle.load(file), pickle.load(file)
        source = index.parent.parent / f"{index.name.partition('.')[0]}.py"
        if left_out in index.name or stamp != (hashlib.sha256(source.read_bytes()).digest(), _loops()):
            continue
        module = ".".join(source.relative_to(REPOSITORY).with_suffix("").parts)
        place = compiled_dir / _version() / module
        place.mkdir(parents=True, exist_ok=True)
        for code in set(overloads.values()):
            shutil.copyfile(index.with_name(code), place / code)
        (place / index.name).write_bytes(pickle.dumps(numba) + pickle.dumps((_version(), overloads)))


def content(folder: Path) -> dict[str, str]:
    """Return what is in a folder, by digest."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def as_sample(image: Image) -> types_pb2.FingerprintSample:
    png = io.BytesIO()
    PIL.Image.fromarray(image.pixels).save(png, "PNG", dpi=(image.resolution_ppi, image.resolution_ppi))
    return types_pb2.FingerprintSample(
        finger_position=types_pb2.FINGER_POSITION_RIGHT_THUMB, image=types_pb2.FingerImage(data=png.getvalue())
    )


def a_day_at_the_counter(stubs: Stubs) -> None:
    """Enrol, look at a WSQ file, verify and search."""
    master = make_master(3)
    first, second, third, fourth = (as_sample(make_impression(master, seed).image) for seed in range(4))
    stubs.enrolment.EnrolCitizen(
        enrolment_pb2.EnrolCitizenRequest(
            context=context(),
            citizen_number=NUMBER,
            personal_data=enrolment_pb2.PersonalData(full_name="Người Thử"),
            samples=[first, second],
        )
    )
    wsq = types_pb2.FingerprintSample(image=types_pb2.FingerImage(data=(GOLDEN / "print.wsq").read_bytes()))
    stubs.biometrics.CheckQuality(biometrics_pb2.CheckQualityRequest(sample=wsq))
    verified = stubs.verification.Verify(
        verification_pb2.VerifyRequest(
            context=context(procedure_code=PROCEDURE), citizen_number=NUMBER, samples=[third]
        )
    )
    assert verified.decision == types_pb2.DECISION_MATCH
    fourth.finger_position = types_pb2.FINGER_POSITION_UNSPECIFIED
    assert stubs.verification.Identify(verification_pb2.IdentifyRequest(context=context(), sample=fourth)).candidates


def test_without_a_place_for_machine_code_the_start_says_what_to_do(installed: Installed) -> None:
    process = installed.run("serve")
    _, said = process.communicate()
    assert process.returncode == 2
    assert "machine code can be kept nowhere" in said
    assert "run `idverify compile`" in said


@pytest.mark.timeout(900)  # three minutes of a processor where nothing is compiled yet
def test_what_was_compiled_at_the_installation_is_all_that_a_start_needs(installed: Installed) -> None:
    compiled_dir = installed.folder / "compiled"
    put_in(compiled_dir, left_out="_wsq_kernels.decode_block")
    made, _ = (process := installed.run("compile", compiled_dir=compiled_dir, free=True)).communicate()
    assert process.returncode == 0
    assert "loops compiled into" in made
    read_only(compiled_dir, installed.packages)
    before = content(compiled_dir), content(installed.packages)
    server = ServerProcess(installed.run("serve", compiled_dir=compiled_dir))
    server.await_listening()
    try:
        with server.stubs() as stubs:
            a_day_at_the_counter(stubs)
    finally:
        assert server.terminate() == 0
    assert [line["loops"] for line in server.lines if line["message"] == "compiled"] == [0]
    assert not [line for line in server.lines if "loop" in line]  # nothing was compiled later
    assert (content(compiled_dir), content(installed.packages)) == before
    assert content(installed.home) == {}
