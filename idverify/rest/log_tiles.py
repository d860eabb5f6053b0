"""The tiles of the published log (c2sp.org/tlog-tiles): by names that tiles have, and as bytes that nothing runs."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from idverify.rest.problems import foreign_problem
from idverify.rest.refusing import Endpoint

_NAME = re.compile(r"(?:\d|[1-5]\d|6[0-3]|entries)(?:/x\d{3}){0,6}/\d{3}(?:\.p/\d{1,3})?", re.ASCII)


def tiles_in(folder: Path) -> Endpoint:
    """Return what answers for the tiles of the log that was published last in a folder, where each has its own."""

    async def answer(request: Request) -> Response:
        name = request.path_params["name"]
        tile = await asyncio.to_thread(_tile, folder, name) if _NAME.fullmatch(name) else None
        return foreign_problem(404) if tile is None else Response(tile, media_type="application/octet-stream")

    return answer


def _tile(folder: Path, name: str) -> bytes | None:
    """Return a tile, which has some kilobytes."""
    published = [file for file in folder.glob("*/checkpoint") if file.is_file()]
    newest = max(published, key=lambda file: file.stat().st_mtime, default=None)
    tile = newest.parent / "tile" / name if newest else None
    return tile.read_bytes() if tile and tile.is_file() else None
