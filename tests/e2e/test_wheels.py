"""The two wheels: what is in them, what they require, and that each works where nothing else is installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import cv2
import pytest
from build import ProjectBuilder
from pyproject_hooks import quiet_subprocess_runner

from idverify.trust.signing import open_signer
from tests.contract.store_kit import KEYS
from tests.development.wheels import CLIENT_PATHS, build_wheels
from tests.fakes import FakeClock
from tests.places import REPOSITORY

pytestmark = pytest.mark.slow

ISSUER, AUDIENCE = "https://xac-minh.bacninh.example", "H05.12"
PACKAGES = ("matcher", "idverify", "enroll_tools", "benchmarks")
MOST_BYTES = 60_000_000
HEAVY = ("cv2", "faiss", "numba", "h5py", "numpy", "PIL", "skimage", "sqlalchemy", "typer")

CHECK_OFFLINE = """
import importlib.util, json, sys
from idverify.client import AssertionRejectedError, Client, Tls, check_record, make_sample, verify_assertion

given = json.load(sys.stdin)
expected = {"issuer": given["issuer"], "audience": given["audience"], "now": given["now"]}
claims = verify_assertion(given["token"], given["keys"], **expected)
try:
    verify_assertion(given["token"], given["keys"], **expected | {"audience": "another"})
except AssertionRejectedError:
    print(json.dumps({"sub": claims["sub"], "there": [n for n in given["heavy"] if importlib.util.find_spec(n)]}))
"""

USE_THE_LIBRARY = """
import enroll_tools.synthetic
from idverify.records.catalogue import load_catalogue
from matcher.comparison.calibration import default_calibration
assert load_catalogue().record_types() and default_calibration()
"""


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The client's wheel and the other."""
    client, rest = build_wheels(tmp_path_factory.mktemp("wheels"))
    return client, rest


@pytest.fixture(scope="module")
def package_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where pip reaches no package index: then nothing can be said about what a wheel pulls in."""
    folder = tmp_path_factory.mktemp("probe")
    probe = ("--retries", "0", "--timeout", "10", "download", "--quiet", "--no-deps", "--dest", str(folder), "joserfc")
    if subprocess.run([sys.executable, "-m", "pip", *probe], check=False, capture_output=True).returncode:
        pytest.skip("pip reaches no package index")


def empty_environment(folder: Path) -> Path:
    """Make a virtual environment without any package; return its interpreter."""
    venv.create(folder, symlinks=True)
    return folder / "bin" / "python"


def install(python: Path, *arguments: str | Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, *map(str, arguments)], check=True, capture_output=True)


def run(*command: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run in a folder that is not the repository, whose packages an interpreter would find there."""
    folder = Path(command[0]).parent
    return subprocess.run(list(map(str, command)), check=False, capture_output=True, text=True, input=given, cwd=folder)


def site_packages(python: Path) -> Path:
    return Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())


def files(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def requirements(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode()).get_all("Requires-Dist", [])


def assertion(folder: Path) -> dict[str, object]:
    """What a counter has in hand: an assertion, the key set, and whom it expects them from."""
    now = int(time.time())
    signer = open_signer(folder / "signing.json", KEYS, ISSUER, FakeClock())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "pairwise", "jti": "j", "iat": now, "nbf": now, "exp": now + 300}
    claims |= {"txn": "t", "amr": ["fpt"], "acr": "urn:x", "bio": {}, "records": [], "missing": []}
    keys = signer.key_set()[0]
    return {"token": signer.sign(claims), "keys": keys, "issuer": ISSUER, "audience": AUDIENCE, "now": now}


def listed(*places: str) -> set[str]:
    """Names of the files in these places, those that git ignores left out."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *places],
        check=True,
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
    ).stdout.splitlines()
    return {name for name in names if (REPOSITORY / name).is_file()}


def test_every_file_is_in_exactly_one_wheel(wheels: tuple[Path, Path]) -> None:
    client, rest = map(files, wheels)
    shipped = listed(*PACKAGES)
    assert client.isdisjoint(rest)
    assert client | rest == shipped
    assert client == {name for name in shipped if name.startswith(CLIENT_PATHS)}


def test_a_checkout_installs_the_same_files(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for name in listed(*PACKAGES, "pyproject.toml", "README.md", "LICENSE"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REPOSITORY / name, checkout / name)
    built = ProjectBuilder(checkout, runner=quiet_subprocess_runner).build("wheel", tmp_path)
    assert files(Path(built)) == listed(*PACKAGES)


def test_the_client_requires_nothing_heavy_and_the_rest_requires_the_client(wheels: tuple[Path, Path]) -> None:
    client, rest = map(requirements, wheels)
    names = {re.split(r"[^\w-]", line)[0] for line in client}
    assert "joserfc" in names
    assert names.isdisjoint({"numpy", "numba", "opencv-python-headless", "faiss-cpu", "h5py", "typer"})
    assert [line for line in rest if "extra ==" not in line] == ["idverify-client==0.1.0"]


@pytest.mark.usefixtures("package_index")
def test_the_client_alone_is_small_and_checks_an_assertion_offline(wheels: tuple[Path, Path], tmp_path: Path) -> None:
    python = empty_environment(tmp_path / "counter")
    install(python, wheels[0])
    given = json.dumps(assertion(tmp_path) | {"heavy": HEAVY})
    answer = run(python, "-c", CHECK_OFFLINE, given=given)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {"sub": "pairwise", "there": []}
    size = sum(path.stat().st_size for path in site_packages(python).rglob("*") if path.is_file())
    assert size < MOST_BYTES

    install(python, "--no-deps", wheels[1])  # what is missing is said, not shown as a traceback
    answer = run(python.with_name("idverify"), "--help")
    assert answer.returncode == 1
    assert "extra 'service'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_both_wheels_together_are_the_whole(wheels: tuple[Path, Path], tmp_path: Path) -> None:
    python = empty_environment(tmp_path / "host")
    install(python, "--no-index", "--no-deps", *wheels)
    # The libraries of this environment, not its own link to the repository: a path in a .pth has its .pth not read.
    libraries = Path(cv2.__file__).parents[1]
    (site_packages(python) / "libraries.pth").write_text(f"{libraries}{os.linesep}", encoding="utf-8")
    where = run(python, "-c", "import idverify.client as c, matcher as m; print(c.__file__, m.__file__)")
    assert all(name.startswith(str(tmp_path)) for name in where.stdout.split()), where
    answer = run(python, "-c", USE_THE_LIBRARY)
    assert answer.returncode == 0, answer.stderr
    answer = run(python.with_name("idverify"), "--help")
    assert answer.returncode == 0, answer.stderr
    assert "check-assertion" in answer.stdout
