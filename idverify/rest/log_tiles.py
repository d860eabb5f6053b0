"""The tiles of the published log (c2sp.org/tlog-tiles): by names that tiles have, and as bytes that nothing runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from idverify.rest.problems import foreign_problem

_NAME = re.compile(r"(?:\d|[1-5]\d|6[0-3]|entries)(?:/x\d{3})*/\d{3}(?:\.p/\d{1,3})?")


def tiles_in(folder: Path) -> Callable[[Request], Response]:
    """Return what answers for the tiles of the log that was published last in a folder, where each has its own."""

    def answer(request: Request) -> Response:
        name = request.path_params["name"]
        if _NAME.fullmatch(name) is None:
            return foreign_problem(404)
        published = [file for file in folder.glob("*/checkpoint") if file.is_file()]
        newest = max(published, key=lambda file: file.stat().st_mtime, default=None)
        if newest is None or not (tile := newest.parent / "tile" / name).is_file():
            return foreign_problem(404)
        return FileResponse(tile, media_type="application/octet-stream")

    return answer
