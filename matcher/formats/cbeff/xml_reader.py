"""BIRs from the XML patron format of ISO/IEC 19785-3 (owner 257, type 11), by the schema of OASIS and of MOSIP.

The document comes from outside. It is read by expat as a stream: a document type is refused where it begins, so that
there is no entity to expand, nor any to fetch; depth, elements, tags, BIRs and bytes are bounded; no tree is built.
(``defusedxml`` refuses entities too, but bounds neither depth nor size, and its tree takes many times the document.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from matcher.errors import SampleFormatUnsupportedError, SampleInvalidError
from matcher.formats.cbeff.bir import FINGER, LEVELS, PURPOSES, Bir, Quality, RegistryId
from matcher.formats.cbeff.fields import (
    MOST_BIRS,
    MOST_BYTES,
    base64_of,
    boolean_of,
    moment_of,
    one_of,
    require_count,
    whole_number_of,
)
from matcher.formats.cbeff.subtypes import words_of

NAMESPACE = "http://standards.iso.org/iso-iec/19785/-3/ed-2/"
_LOOKED_AT = 4096
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_PIECE, _LONGEST_TAG = 65_536, 262_144
_MOST_DEPTH = 16
_MOST_ELEMENTS = 20_000
_MODALITIES = (FINGER, "Face", "Iris", "ExceptionPhoto", "Palm", "Vein", "Voice", "HandGeometry", "SignatureSign")
_REGISTERED = ("Organization", "Type")
_FIELDS = frozenset(
    {
        *("BDB", "SB", "BIRInfo/Integrity", "BDBInfo"),
        *(f"BDBInfo/{name}" for name in ("Index", "Encryption", "CreationDate", "Type", "Subtype", "Level", "Purpose")),
        *(f"BDBInfo/Format/{name}" for name in _REGISTERED),
        *(f"BDBInfo/Quality/Algorithm/{name}" for name in _REGISTERED),
        *("BDBInfo/Quality/Score", "BDBInfo/Quality/QualityCalculationFailed"),
    }
)


@dataclass(slots=True)
class _Open:
    """A BIR whose end has not come: the texts of its fields, by the path of their element below it."""

    texts: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)


class _Reader:
    """What has been seen of a document."""

    def __init__(self, most_birs: int) -> None:
        self.birs: list[Bir] = []
        self._most_birs = most_birs
        self._path: list[str] = []
        self._open: list[_Open] = []
        self._starts: list[int] = []
        self._spaces = {"", NAMESPACE}
        self._foreign_depth = 0
        self._elements = 0
        self._text: list[str] = []
        self._key = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise SampleInvalidError(f"more than {_MOST_ELEMENTS} elements")
        space, _, local = name.rpartition(" ")
        if not self._path:
            if local != "BIR":
                raise SampleFormatUnsupportedError("the document is no BIR: its first element has another name")
            self._spaces.add(space)
        if self._foreign_depth or space not in self._spaces:
            self._foreign_depth += 1
        self._path.append(local)
        if len(self._path) > _MOST_DEPTH:
            raise SampleInvalidError(f"elements are nested more than {_MOST_DEPTH} deep")
        if self._foreign_depth:
            return
        self._text = []
        if local == "BIR":
            self._open.append(_Open())
            self._starts.append(len(self._path))
        elif local == "entry":
            self._key = attributes.get("key", "")

    def end(self, _: str) -> None:
        local = self._path.pop()
        if self._foreign_depth:
            self._foreign_depth -= 1
            return
        if local == "BIR":
            self._starts.pop()
            self._close(self._open.pop())
            return
        below = "/".join((*self._path[self._starts[-1] :], local))
        if below == "others/entry":
            self._open[-1].others[self._key] = "".join(self._text)
        elif below in _FIELDS:
            if below in self._open[-1].texts:
                raise SampleInvalidError(f"{local} stands twice in one BIR")
            self._open[-1].texts[below] = "".join(self._text)
        self._text = []

    def data(self, text: str) -> None:
        if not self._foreign_depth:
            self._text.append(text)

    def _close(self, opened: _Open) -> None:
        bir = _bir_of(opened)
        if bir is not None:
            require_count(len(self.birs) + 1, self._most_birs)
            self.birs.append(bir)


def looks_like_bir_xml(data: bytes) -> bool:
    """Whether the bytes are a document with a BIR near its beginning, in UTF-8 or the like, or in UTF-16."""
    start = data[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf")
    if start.startswith(_UTF_16):
        start = start[2:].replace(b"\0", b"")
    start = start.lstrip()
    return start.startswith(b"<") and b"BIR" in start


def read_bir_xml(data: bytes, *, limit: int = MOST_BYTES, most_birs: int = MOST_BIRS) -> tuple[Bir, ...]:
    """Read the BIRs of a document, those within others too, in the order of their ends.

    Args:
        data: the document, in UTF-8 or as its declaration says. Elements count in the namespace of the standard, in
            none, and in that of the first element; those of others are passed over with what is in them.
        limit: most bytes that are looked at; a longer document is refused unread.
        most_birs: most BIRs with data or something said about them.

    Raises:
        SampleFormatUnsupportedError: XML whose first element is no BIR.
        SampleInvalidError: no XML, a document type, over a limit, or a field that does not read; it is named.
    """
    if len(data) > limit:
        raise SampleInvalidError(f"document of {len(data)} bytes is over the limit of {limit}")
    reader = _Reader(most_birs)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    try:
        for start in range(0, len(data), _PIECE):
            parser.Parse(data[start : start + _PIECE], False)  # noqa: FBT003 - it has no names
            if min(start + _PIECE, len(data)) - parser.CurrentByteIndex > _LONGEST_TAG:
                raise SampleInvalidError(f"a tag or a comment of more than {_LONGEST_TAG} bytes")
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise SampleInvalidError(f"line {error.lineno}: not well-formed XML") from None
    except (LookupError, ValueError):
        raise SampleInvalidError("the document is in an encoding that is not known") from None
    return tuple(reader.birs)


def _refuse_document_type(*_: object) -> None:
    raise SampleInvalidError("the document has a document type, which is not read")


def _bir_of(opened: _Open) -> Bir | None:
    """Return what was read of a BIR; None for one that only holds others."""
    texts = opened.texts
    if "BDB" not in texts and "BDBInfo" not in texts:
        return None

    def text(name: str) -> str | None:
        return texts.get(f"BDBInfo/{name}") or None

    created = text("CreationDate")
    level, purpose = text("Level"), text("Purpose")
    return Bir(
        bdb=base64_of(texts.get("BDB", ""), "BDB"),
        modalities=tuple(one_of(word, _MODALITIES) for word in (text("Type") or "").split()),
        subtype=words_of([text("Subtype") or ""]),
        format=_registry_id(text, "Format"),
        level=one_of(level, LEVELS) if level else None,
        purpose=one_of(purpose, PURPOSES) if purpose else None,
        quality=_quality(text),
        created=moment_of(created, "CreationDate") if created else None,
        index=text("Index"),
        encrypted=boolean_of(text("Encryption") or "false", "Encryption"),
        integrity=boolean_of(texts.get("BIRInfo/Integrity") or "false", "Integrity"),
        sb=base64_of(texts.get("SB", ""), "SB"),
        others=opened.others,
    )


def _registry_id(text: Callable[[str], str | None], name: str) -> RegistryId | None:
    organization, kind = text(f"{name}/Organization"), text(f"{name}/Type")
    if organization is None and kind is None:
        return None
    return RegistryId((organization or "").strip(), (kind or "").strip())


def _quality(text: Callable[[str], str | None]) -> Quality | None:
    score, failed = text("Quality/Score"), text("Quality/QualityCalculationFailed")
    algorithm = _registry_id(text, "Quality/Algorithm")
    if score is None and failed is None and algorithm is None:
        return None
    return Quality(whole_number_of(score, "Score") if score else None, algorithm, failed)
