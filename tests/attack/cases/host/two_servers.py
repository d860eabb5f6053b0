"""Two servers on one database, each with a gallery that knows nothing of the other's citizens."""

from __future__ import annotations

from collections.abc import Iterable

from tests.attack.case import Case, Findings, Outcome
from tests.attack.stage import Site, Stage
from tests.databases import KINDS, Databases


def run(stage: Stage) -> Outcome:
    """Start a second server from another folder, by the URL of the first one's database and by ways around it."""
    found = Findings()
    for kind in ("sqlite", "postgresql"):
        if kind not in KINDS:
            found.note(f"{kind}: skipped, there is no server (.ci/with-postgresql make attack)", held=True)
            continue
        first, second = stage.site(f"first-{kind}"), stage.site(f"second-{kind}")
        databases = Databases(kind)
        url = databases.url(first.data)
        try:
            with first.serving(database_url=url):
                for way, other in _ways(stage, first, url, kind):
                    _note_second(found, second, f"{kind}, {way}", other)
        finally:
            databases.drop()
    return found.outcome


def _ways(stage: Stage, first: Site, url: str, kind: str) -> Iterable[tuple[str, str]]:
    yield "by its URL", url
    if kind == "sqlite" and stage.full:
        link, folder = stage.folder / "link.db", stage.folder / "folder"
        link.symlink_to(first.data / "idverify.db")
        folder.symlink_to(first.data)
        yield "by a link to the file", f"sqlite:///{link}"
        yield "by a link to the folder", f"sqlite:///{folder}/idverify.db"


def _note_second(found: Findings, second: Site, way: str, url: str) -> None:
    start = second.refused_start(database_url=url)
    said = start.status != 0 and "another server works on this database" in start.text
    left = sorted({path.name for path in second.data.iterdir()} - {"server.lock"})
    told = "the second is refused and says so" if said else f"status {start.status}, {start.text[:200]!r}"
    found.note(f"{way}: {told}{f', and leaves {left}' if left else ''}", said and not left)


CASE = Case(
    number="8",
    name="two servers on one database",
    before="PostgreSQL, or SQLite by URL from another folder: both started, and accepted duplicates",
    wanted="the second is refused and makes nothing",
    run=run,
)
