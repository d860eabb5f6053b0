"""Who may speak to the door at all."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from idverify.rest.guard import LOOPBACK, Guard

PAGE_URL = "https://counter.example.vn"


def asked(
    headers: dict[str, str], hosts: tuple[str, ...] = LOOPBACK, url: str = "http://127.0.0.1:8080/", page_url: str = ""
) -> int:
    async def ask() -> int:
        transport = httpx2.ASGITransport(Guard(PlainTextResponse("in"), hosts, ("/page",), page_url))
        async with httpx2.AsyncClient(transport=transport) as client:
            answer = await client.get(url, headers=headers)
            if answer.status_code == 200:
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert answer.headers["cache-control"] == "no-store"
            return answer.status_code

    return asyncio.run(ask())


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080"])
def test_who_means_this_host_comes_in(host: str) -> None:
    assert asked({"host": host}) == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::2]:8080"])
def test_who_means_another_does_not(host: str) -> None:
    """A name of theirs that leads to this machine by now."""
    assert asked({"host": host}) == 421


def test_with_certificates_any_name_does_unless_some_are_named() -> None:
    assert asked({"host": "id.example.vn"}, ()) == 200
    assert asked({"host": "id.example.vn:443"}, ("id.example.vn",)) == 200
    assert asked({"host": "other.example.vn"}, ("id.example.vn",)) == 421


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:8080", 200),
        ("http://evil.example", 403),
        ("https://127.0.0.1:8080", 403),
        ("http://127.0.0.1:9090", 403),
        ("null", 403),
    ],
)
def test_pages_of_other_origins_stay_outside(origin: str, status: int) -> None:
    assert asked({"origin": origin, "host": "127.0.0.1:8080"}) == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [(PAGE_URL, 200), ("http://counter.example.vn", 200), ("https://counter.example.vn:8443", 403), ("", 403)],
)
def test_our_own_pages_are_reached_through_a_proxy_that_ends_tls(origin: str, status: int) -> None:
    host = "counter.example.vn"
    assert asked({"origin": origin, "host": host}, (host,), page_url=PAGE_URL) == status


def test_no_origin_is_ours_where_no_page_has_an_address() -> None:
    assert asked({"origin": "", "host": "127.0.0.1:8080"}) == 403
    assert asked({"origin": PAGE_URL, "host": "counter.example.vn"}, ("counter.example.vn",)) == 403


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)]
)
def test_pictures_of_other_pages_ask_nothing(site: str, status: int) -> None:
    """They say no origin, and would spend what a client may read in a day."""
    assert asked({"sec-fetch-site": site, "host": "127.0.0.1:8080"}) == status


@pytest.mark.parametrize(
    ("path", "dest", "status"), [("page", "document", 200), ("page", "iframe", 403), ("v1", "document", 403)]
)
def test_people_come_to_a_page_from_elsewhere_by_a_link(path: str, dest: str, status: int) -> None:
    """From a provider where they signed in, say. What a page calls is its own affair."""
    said = {"sec-fetch-site": "cross-site", "sec-fetch-dest": dest, "host": "127.0.0.1:8080"}
    assert asked(said, url=f"http://127.0.0.1:8080/{path}") == status
