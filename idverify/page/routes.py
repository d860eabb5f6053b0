"""Where the pages are: each at a path of its own, their files below ``/page/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from idverify.page.files import File, read_files
from idverify.page.policy import headers

PAGES = {
    "/": "counter.html",
    "/supervisor": "supervisor.html",
    "/auditor": "auditor.html",
    "/signed-in": "signed-in.html",
}
"""By path: what people open, from wherever they come."""
_MISSING = "missing.html"
_ASK_AGAIN = "no-cache"
"""The browser keeps a file and asks whether it is still the same: after an update nobody works with the former page."""


def page_routes(scanner_ports: range) -> list[BaseRoute]:
    """Return the paths of the pages.

    Args:
        scanner_ports: of the loopback address, where a scanner's service may answer.
    """
    files, own = read_files(), {**headers(scanner_ports), "cache-control": _ASK_AGAIN}

    def page_at(name: str) -> Callable[[Request], Response]:
        return lambda request: _answer(request, files[name], own)

    def any_file(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return _answer(request, found, own)

    def surroundings(_: Request) -> Response:
        return JSONResponse({"scannerPorts": list(scanner_ports)}, headers=own)

    pages = (Route(path, page_at(name)) for path, name in PAGES.items() if name in files)
    slashed = (Route(f"{path}/", _without_slash) for path in PAGES if path != "/")
    return [*pages, *slashed, Route("/page/surroundings.json", surroundings), Route("/page/{name:path}", any_file)]


def missing_page(request: Request) -> Response | None:
    """Return the page that says there is none here, with the way to the counter; None: no page was asked for."""
    accepted = (each.partition(";")[0].strip() for each in request.headers.get("accept", "").split(","))
    if request.method not in {"GET", "HEAD"} or "text/html" not in accepted:
        return None
    file = _missing_file()
    return Response(file.content, 404, {**headers(()), "cache-control": _ASK_AGAIN}, media_type=file.media_type)


@cache
def _missing_file() -> File:
    return read_files()[_MISSING]


def _without_slash(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(request.url.path.rstrip("/") + query)


def _answer(request: Request, file: File, own: Mapping[str, str]) -> Response:
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if file.tag in known:
        return Response(status_code=304, headers={**own, "etag": file.tag})
    return Response(file.content, headers={**own, "etag": file.tag}, media_type=file.media_type)
