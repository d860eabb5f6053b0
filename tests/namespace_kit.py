"""A second machine on this one, whose cable can be pulled: a network namespace of Linux behind a bridge."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

_IP = shutil.which("ip") or ""
_NETWORK = f"10.231.{1 + os.getpid() % 250}"  # another for each run: one that was killed leaves its bridge behind


def can_make_one() -> bool:
    """Tell whether this process may make namespaces: root, with iproute2, on a kernel that has them."""
    if os.geteuid() != 0 or not _IP:
        return False
    name = f"idv-try-{os.getpid()}"
    made = subprocess.run([_IP, "netns", "add", name], capture_output=True, check=False)
    return made.returncode == 0 and subprocess.run([_IP, "netns", "del", name], check=False).returncode == 0


@dataclass(frozen=True)
class SecondMachine:
    """Where it is, and where this one is for it."""

    namespace: str
    cable: str
    address: str = f"{_NETWORK}.2"
    here: str = f"{_NETWORK}.1"

    @contextmanager
    def running(self, command: Sequence[str]) -> Iterator[None]:
        """Run a command there meanwhile."""
        inside = [_IP, "netns", "exec", self.namespace, *command]
        process = subprocess.Popen(inside, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def cut_off(self) -> None:
        """Pull the cable: whatever is sent is lost, and nobody is told."""
        _ip("link", "set", self.cable, "down")

    def put_back(self) -> None:
        """Put the cable back."""
        _ip("link", "set", self.cable, "up")


@contextmanager
def second_machine() -> Iterator[SecondMachine]:
    """Make one, and take it away."""
    made = SecondMachine(f"idv-{os.getpid()}", f"idvc{os.getpid() % 100_000}")
    bridge = f"idvb{os.getpid() % 100_000}"
    with ExitStack() as undo:
        _ip("link", "add", bridge, "type", "bridge")
        undo.callback(_ip, "link", "del", bridge)
        _ip("addr", "add", f"{made.here}/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        _ip("netns", "add", made.namespace)
        undo.callback(_ip, "netns", "del", made.namespace)  # the cable goes with it
        _ip("link", "add", made.cable, "type", "veth", "peer", "name", "eth0", "netns", made.namespace)
        _ip("link", "set", made.cable, "master", bridge, "up")
        _ip("-n", made.namespace, "addr", "add", f"{made.address}/24", "dev", "eth0")
        for device in ("eth0", "lo"):
            _ip("-n", made.namespace, "link", "set", device, "up")
        yield made


def _ip(*arguments: str) -> None:
    subprocess.run([_IP, *arguments], check=True)
