"""What was freed in pieces is given back to the system."""

from __future__ import annotations

import asyncio
import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from idverify.rpc import heap
from idverify.rpc.heap import give_back, keep_giving_back


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="another C library than glibc")
def test_room_between_pieces_that_are_kept_is_given_back() -> None:
    """The last piece stays, so that glibc gives nothing back by itself."""
    pieces = [b"\1" * 50_000 for _ in range(2000)]
    full = resident()
    kept = pieces[-1]
    pieces.clear()
    before = resident()
    assert full - before < 50_000_000
    give_back()
    assert before - resident() > 50_000_000
    assert len(kept) == 50_000


_LARGE_ONES_FREED = """
import os
from pathlib import Path
from idverify.rpc.heap import map_large_blocks

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

if {mapped}:
    map_large_blocks()
largest = b"1" * (30 << 20)
del largest  # glibc learns that blocks are that large
before = resident()
blocks = [b"1" * (8 << 20) for _ in range(20)]
kept = [bytes(1000) for _ in range(1000)]  # lies behind them
blocks.clear()
print(resident() - before)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="another C library than glibc")
def test_large_blocks_are_gone_when_they_are_freed() -> None:
    def kept(mapped: bool) -> int:
        code = _LARGE_ONES_FREED.format(mapped=mapped)
        done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        return int(done.stdout)

    assert kept(mapped=False) > 50_000_000
    assert kept(mapped=True) < 10_000_000


def test_it_is_given_back_for_a_while_after_large_requests_only(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, given = 0, []
    enough = asyncio.Event()

    def large_requests() -> int:
        nonlocal looks
        looks += 1
        if looks >= 40:
            enough.set()
        return int(looks >= 3)

    monkeypatch.setattr(heap, "give_back", lambda: given.append(looks))

    async def look_often() -> None:
        task = asyncio.create_task(keep_giving_back(large_requests, 0.0))
        await enough.wait()
        task.cancel()

    asyncio.run(look_often())
    assert given == list(range(3, 9))
