"""The pages as they are served: known again, kept from everything that is not theirs, in both languages."""

from __future__ import annotations

import json
import re

from starlette.applications import Starlette
from starlette.testclient import TestClient

from idverify.page.files import LANGUAGES, read_files
from idverify.page.policy import headers
from idverify.page.routes import page_routes
from idverify.texts import patterns
from tests.places import REPOSITORY

_SAID = re.compile(r"""\b[tT]\(\s*(?:[^"'`()]*\?\s*)?"([a-zA-Z0-9_-]+)"(?:\s*:\s*"([a-zA-Z0-9_-]+)")?""")
_COMPOSED = re.compile(r"\b[tT]\(`([a-z-]*)\$\{[^}]*\}([a-z-]*)`")
_NAMED = re.compile(r'"([a-z]+(?:-[a-zA-Z_]+)*)"')


def client(ports: range = range(4501, 4503)) -> TestClient:
    return TestClient(Starlette(routes=page_routes(ports)))


def test_a_page_is_served_with_its_files_and_known_again() -> None:
    with client() as asking:
        page = asking.get("/")
        assert page.status_code == 200
        for name in re.findall(r'(?:href|src)="(/page/[^"]+)"', page.text):
            found = asking.get(name)
            assert found.status_code == 200, name
            again = asking.get(name, headers={"if-none-match": f'"other", W/{found.headers["etag"]}'})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["content-security-policy"] == page.headers["content-security-policy"]
        assert asking.get("/page/surroundings.json").json() == {"scannerPorts": [4501, 4502]}
        assert asking.get("/page/../files.py").status_code == 404
        assert asking.get("/page/nothing.js").status_code == 404


def test_the_policy_lets_pages_do_nothing_but_what_they_need() -> None:
    policy = dict(part.split(" ", 1) for part in headers(range(4501, 4503))["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self' http://127.0.0.1:4501 http://127.0.0.1:4502"
    assert "unsafe" not in str(policy)


def test_nothing_of_a_page_is_written_where_its_policy_would_stop_it() -> None:
    for path, file in read_files().items():
        text = file.content.decode()
        assert not re.search(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval)\b", text), path
        if path.endswith(".html"):
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text), path


def test_every_text_that_is_said_is_there_and_every_one_that_is_there_is_said() -> None:
    sources = "\n".join(file.content.decode() for path, file in read_files().items() if path.endswith(".js"))
    for language in LANGUAGES:
        there = set(patterns("page", language))
        said = {name for found in _SAID.finditer(sources) for name in found.groups() if name}
        assert said <= there, language
        families = [(begin, end) for begin, end in _COMPOSED.findall(sources) if begin or end]
        named = {*_NAMED.findall(sources), *said}
        left = {n for n in there - named if not any(n.startswith(b) and n.endswith(e) for b, e in families)}
        assert left == set(), language


def test_what_services_note_in_the_trail_is_told_in_words() -> None:
    services = "\n".join(file.read_text("utf-8") for file in (REPOSITORY / "idverify" / "services").rglob("*.py"))
    noted = set(re.findall(r"\bentry\([^\"\n]*\"([A-Z_]+)\"", services))
    assert {"READ", "SEARCHED", "BEGUN"} <= noted
    for language in LANGUAGES:
        told = json.loads(read_files()[f"texts/{language}.json"].content)
        assert noted <= {name.removeprefix("outcome-") for name in told}
        assert told["method-Verify"] == patterns("actions", language)["Verify"]
