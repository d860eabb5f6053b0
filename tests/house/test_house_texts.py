"""What people are told is complete in every language, means the same in each, and is all said by somebody.

In code a message is named whole (``worded("letters", "due")``) or by its family (``worded("letters", f"kind-{...}")``);
what belongs to a family is held to what it is for by the tests of that.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from idverify import texts
from idverify.cli import build_app
from tests.house.sources import sources
from tests.places import REPOSITORY

TEXTS = REPOSITORY / "idverify" / "texts"
ENGLISH_IN_CODE = {"help"}
"""Files in Vietnamese alone: their English stands with the commands, as their documentation."""

FILES = tuple(file for file in texts.files() if file not in ENGLISH_IN_CODE)
EVERY = [(file, language) for language in ("vi", "en") for file in texts.files(language)]

SPEAKERS = {"worded": "", "word": "printing", "_word_or": "printing", "say": "commands"}
"""Functions that take a file and the name of a message; or the name alone, and speak out of one file."""

BY_OTHERS = frozenset({"labels", "page"})
"""Files whose messages are asked for otherwise, each with a test of its own."""

VARIABLE = re.compile(r"\{ (?:[A-Z]+\()?\$(\w+)")
TOKEN = re.compile(r"\{[^}]*\}|--[\w-]+|'[^']*'|[0-9]+/[0-9]{4}/[\w-]+|SD-JWT|\w+")
SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ch|nh|ng|[cmnpt])?"
)
VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
DATA = {
    Path("idverify/domain/citizens/names.py"),
    Path("idverify/domain/factors/mrz.py"),
    Path("idverify/domain/vouching/officers.py"),
    Path("idverify/records/owners/conformance.py"),
    Path("idverify/texts/__init__.py"),
}
"""Of letters, names and forms of days, which are no texts."""

TONES = str.maketrans("", "", "\u0300\u0301\u0303\u0309\u0323")
FOREIGN = frozenset(
    {
        *("FMR", "FPIR", "PDF", "PIN", "QR", "SD-JWT", "TLS", "SHA", "EF", "SOD", "DG1", "English"),
        *("chip", "byte", "dpi", "M", "F", "Enter", "Ctrl", "V"),
        *("SIGTERM", "PNG", "HOST", "PORT", "PEM", "UUID", "JSON", "OTHER", "NUMBER"),
    }
)
"""What officers say and write in Vietnamese too."""


def words_of(text: str) -> Iterator[str]:
    """Yield what is a word of the language: no variable, option, quoted command, number of a decree or symbol."""
    for token in TOKEN.findall(text):
        if token[0].isalpha():
            yield token


def is_vietnamese(word: str) -> bool:
    spelt = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.lower()).translate(TONES))
    return SYLLABLE.fullmatch(spelt) is not None


def pattern_of(node: ast.AST) -> str | None:
    """Return what a string, or one that is put together, can be; None: it is no string."""
    match node:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in parts)
    return None


def names_in_code() -> Iterator[tuple[str, str]]:
    """Yield file and pattern of every message that code asks for."""
    for source in sources():
        module = ast.parse((REPOSITORY / source).read_text(encoding="utf-8"))
        for node in ast.walk(module):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKERS):
                continue
            file = SPEAKERS[node.func.id]
            match [ast.Constant(file), *node.args[:1]] if file else node.args[:2]:
                case [ast.Constant(value=str(of)), ast.Constant() | ast.JoinedStr() as name]:
                    yield of, str(pattern_of(name))
                case [ast.Constant(value=str(of)), ast.Name()]:  # it is somewhere in the module
                    names = set(texts.patterns(of, "vi"))
                    patterns = set(filter(None, map(pattern_of, ast.walk(module)))) - {".+"}
                    found = {p for p in patterns if any(re.fullmatch(p, name) for name in names)}
                    yield from ((of, pattern) for pattern in found or {".+"})
                case [ast.Constant(value=str(of)), ast.Attribute()]:  # the code of what it is about
                    yield of, "[^.]+"


def test_both_languages_have_the_same_files() -> None:
    assert set(texts.files("vi")) == set(texts.files("en")) | ENGLISH_IN_CODE
    assert [file.name for file in sorted((TEXTS / "en").iterdir())] == [f"{file}.ftl" for file in texts.files("en")]


@pytest.mark.parametrize("file", FILES)
def test_none_is_missing_in_either_language_and_variables_agree(file: str) -> None:
    vi, en = texts.patterns(file, "vi"), texts.patterns(file, "en")
    assert list(vi) == list(en), "the same messages, in the same order"
    for name, said in vi.items():
        assert set(VARIABLE.findall(said)) == set(VARIABLE.findall(en[name])), name


@pytest.mark.parametrize(("file", "language"), EVERY)
def test_everything_in_a_file_is_a_message_and_none_stands_twice(file: str, language: str) -> None:
    source = (TEXTS / language / f"{file}.ftl").read_text(encoding="utf-8")
    assert texts.faults(file, language) == []
    assert source == unicodedata.normalize("NFC", source)
    names = [line.partition(" =")[0] for line in source.splitlines() if line[:1].isalpha()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("file", "language"), EVERY)
def test_messages_are_of_their_language_and_without_idle_blanks(file: str, language: str) -> None:
    for name, said in texts.patterns(file, language).items():
        assert not any("  " in line.strip() for line in said.splitlines()), name
        if language == "vi":
            foreign = [word for word in words_of(said) if not is_vietnamese(word) and word not in FOREIGN]
            assert foreign == [], f"{name}: {said}"


def test_every_message_is_said_and_whatever_is_said_is_there() -> None:
    asked = set(names_in_code())
    for file in FILES:
        names = set(texts.patterns(file, "vi"))
        patterns = [pattern for of, pattern in asked if of == file]
        silent = {name for name in names if not any(re.fullmatch(pattern, name) for pattern in patterns)}
        assert file in BY_OTHERS or silent == set(), f"{file}.ftl: nobody says these"
        for pattern in patterns:
            assert any(re.fullmatch(pattern, name) for name in names), f"{file}.ftl has none of {pattern}"
    assert {file for file, _ in asked} <= set(FILES)


def test_no_text_of_people_is_left_in_code() -> None:
    pairs, strings = [], []
    for source in sources():
        if source.parts[0] != "idverify" or source in DATA:
            continue
        module = ast.parse((REPOSITORY / source).read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
        for node in ast.walk(module):
            match node:
                case ast.Call(func=ast.Name(id="Text"), args=[ast.Constant(), ast.Constant()]):
                    pairs.append(f"{source}:{node.lineno}")
                case ast.Constant(value=str(text)) if VIETNAMESE.search(text) and id(node) not in told:
                    strings.append(f"{source}:{node.lineno}")
    assert (pairs, strings) == ([], []), "say it by worded(...), in idverify/texts"


def test_every_command_has_its_help() -> None:
    named = set(texts.patterns("help", "vi")) - {"panel"}
    found = set()

    def go(command: Any, path: str) -> None:
        found.add(path or "idverify")
        found.update(f"option-{p.name}" for p in command.params if getattr(p, "rich_help_panel", None))
        for name, below in getattr(command, "commands", {}).items():
            go(below, f"{path}-{name}".removeprefix("-"))

    go(typer.main.get_command(build_app()), "")
    assert named == found, "help.ftl"


def test_labels_are_the_names_in_the_code() -> None:
    """In English a label is what stands in the code; each is there, and each in a table of names is said."""
    commands = [source for source in sources() if source.parts[:2] == ("idverify", "commands")]
    nodes = [node for source in commands for node in ast.walk(ast.parse((REPOSITORY / source).read_text()))]
    literal = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    said = set(texts.patterns("labels", "en").values())
    assert said <= literal
    shown: set[str] = set()
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(attr="facts") | ast.Name(id="facts"), args=[ast.Dict(keys=keys)]):
                shown |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}
            case ast.Call(func=ast.Attribute(attr="listing") | ast.Name(id="listing"), args=[ast.Tuple(elts=keys), *_]):
                shown |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}
    assert {name for name in shown if re.search("[a-z]", name)} <= said, "labels.ftl"
