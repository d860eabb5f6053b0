"""The files of the pages, read once: what each is, and by which mark a browser knows that it has it already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from idverify.texts import patterns

TEXTS = "page"
"""The file of the catalogue that has the texts of the pages."""
METHODS = "actions"
"""The file that has in words what each method does."""
LANGUAGES = ("vi", "en")
_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file.

    Attributes:
        content: its bytes.
        media_type: what it is.
        tag: its entity tag (RFC 9110 section 8.8.3), quotes included.
    """

    content: bytes
    media_type: str
    tag: str


def read_files() -> Mapping[str, File]:
    """Return every file by its path below ``/page/``, the texts of each language among them."""
    web = resources.files(__name__.rpartition(".")[0]).joinpath("web")
    found = {path: _file(content, _MEDIA_TYPES[path.rpartition(".")[2]]) for path, content in _within(web, "")}
    for language in LANGUAGES:
        methods = {f"method-{name}": words for name, words in patterns(METHODS, language).items()}
        told = {**patterns(TEXTS, language), **methods}
        content = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        found[f"texts/{language}.json"] = _file(content, "application/json")
    return found


def _within(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _within(entry, f"{path}{entry.name}/")
        else:
            yield path + entry.name, entry.read_bytes()


def _file(content: bytes, media_type: str) -> File:
    return File(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
