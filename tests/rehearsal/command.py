"""An upgrade and the way back, between a former version and this one: ``make rehearse-upgrade FORMER=<revision>``.

The former fills a register, this one opens it, the former takes it back, and this one again; each time all that was
answered must be there. Then each one's client calls the other's server. Ends with 0 if nothing is wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.places import REPOSITORY

_SIDE = Path(__file__).with_name("side.py")


def _started(root: Path, job: str, where: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(_SIDE), job, where]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=root, env=environment, stdin=pipe, stdout=pipe, stderr=None, text=True)


def _done(root: Path, job: str, where: str, given: object = None) -> object:
    """Have a side do a job; return its answer; why it gave none is on stderr."""
    out, _ = _started(root, job, where).communicate(json.dumps(given))
    return json.loads(out.splitlines()[-1]) if out else ["it failed"]


def _visited(client: Path, server: Path, folder: Path) -> object:
    """Have the client of one side call the server of the other."""
    with _started(server, "serve", str(folder)) as serving:
        assert serving.stdin is not None
        assert serving.stdout is not None
        address = serving.stdout.readline()
        found = _done(client, "visit", json.loads(address)) if address else ["the server did not start"]
        serving.stdin.close()
        serving.stdout.read()
    return found


def main(arguments: Sequence[str]) -> int:
    """Rehearse with the revision that is named; return the exit status."""
    (revision,) = arguments
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as place:
        former, folder = Path(place) / "former", Path(place) / "register"
        former.mkdir()
        folder.mkdir()
        archive = subprocess.run(
            ["git", "archive", revision], cwd=REPOSITORY, stdout=subprocess.PIPE, check=True
        ).stdout
        subprocess.run(["tar", "-x", "-C", str(former)], input=archive, check=True)
        answered = _done(former, "fill", str(folder))
        steps = {
            "filled by the former version": [] if isinstance(answered, dict) else answered,
            "upgraded": _done(REPOSITORY, "judge", str(folder), answered),
            "taken back by the former version": _done(former, "judge", str(folder), answered),
            "upgraded again": _done(REPOSITORY, "judge", str(folder), answered),
            "the former client at this server": _visited(former, REPOSITORY, Path(place) / "now"),
            "this client at the former server": _visited(REPOSITORY, former, Path(place) / "then"),
        }
    for step, found in steps.items():
        print(f"{step}: {found or 'fine'}")
    return 1 if any(steps.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
