"""Is there room on this machine for a service with so many fingers, and for what it is made of?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shutil import disk_usage

from benchmarks.capacity.model import Costs

_BESIDES_GB = 2.0
"""Of memory, for the system, who asks, and a merge."""

_BLOCK = 1200.0
"""Bytes of a finger in the blocks that a register is made of."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is there and what is wanted, GB.

    Attributes:
        lacking: what there is too little of, in words; empty: nothing.
    """

    memory_gb: float
    memory_wanted_gb: float
    disk_gb: float
    disk_wanted_gb: float
    lacking: str


def room(fingers: int, kept: Path) -> Room:
    """Compare what so many fingers take, by the model, with the memory of this machine and what is free of the disk.

    Args:
        fingers: how many.
        kept: folder of the register and its blocks, or one that is to be made; what lies there already is room.
    """
    costs = Costs()
    total = next(int(line.split()[1]) for line in Path("/proc/meminfo").read_text("ascii").splitlines()) / 1e6
    memory = (costs.process + fingers * costs.memory) / 1e9 + _BESIDES_GB
    there = kept if kept.exists() else next(folder for folder in kept.absolute().parents if folder.exists())
    made = sum(file.stat().st_size for file in kept.rglob("*") if file.is_file()) if kept.exists() else 0
    disk, free = fingers * (costs.gallery + costs.database + _BLOCK) / 1e9, (disk_usage(there).free + made) / 1e9
    lacking = [
        f"{what}: {wanted:.1f} GB wanted, {has:.1f} GB there"
        for what, wanted, has in (("memory", memory, total), ("disk", disk, free))
        if wanted > has
    ]
    return Room(total, memory, free, disk, "; ".join(lacking))
