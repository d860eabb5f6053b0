"""BIRs to the XML patron format of ISO/IEC 19785-3, as MOSIP's schema orders the elements."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from matcher.errors import SampleInvalidError
from matcher.formats.cbeff.bir import Bir, RegistryId
from matcher.formats.cbeff.fields import moment_text
from matcher.formats.cbeff.xml_reader import NAMESPACE

_VERSION = ("1", "1")


def write_bir_xml(birs: Iterable[Bir]) -> bytes:
    """Write BIRs within one that holds only them; ``read_bir_xml`` gives them back.

    Raises:
        SampleInvalidError: a text has characters that XML cannot carry.
    """
    root = ET.Element("BIR", {"xmlns": NAMESPACE})
    _under(_under(root, "BIRInfo"), "Integrity", "false")
    for bir in birs:
        _write(_under(root, "BIR"), bir)
    if any(not _is_xml(text) for text in _texts(root)):
        raise SampleInvalidError("a text has characters that XML cannot carry")
    data: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return data


def _write(element: ET.Element, bir: Bir) -> None:
    for name in ("Version", "CBEFFVersion"):
        version = _under(element, name)
        _under(version, "Major", _VERSION[0])
        _under(version, "Minor", _VERSION[1])
    _under(_under(element, "BIRInfo"), "Integrity", str(bir.integrity).lower())
    info = _under(element, "BDBInfo")
    _optional(info, "Index", bir.index)
    _registry_id(info, "Format", bir.format)
    if bir.encrypted:
        _under(info, "Encryption", "true")
    _optional(info, "CreationDate", moment_text(bir.created) if bir.created else None)
    _optional(info, "Type", " ".join(bir.modalities))
    _optional(info, "Subtype", " ".join(bir.subtype))
    _optional(info, "Level", bir.level)
    _optional(info, "Purpose", bir.purpose)
    if bir.quality is not None:
        quality = _under(info, "Quality")
        _registry_id(quality, "Algorithm", bir.quality.algorithm)
        _optional(quality, "Score", None if bir.quality.score is None else str(bir.quality.score))
        _optional(quality, "QualityCalculationFailed", bir.quality.failed)
    _under(element, "BDB", base64.b64encode(bir.bdb).decode())
    if bir.sb:
        _under(element, "SB", base64.b64encode(bir.sb).decode())
    if bir.others:
        others = _under(element, "others")
        for key, value in bir.others.items():
            _under(others, "entry", value).set("key", key)


def _under(element: ET.Element, name: str, text: str | None = None) -> ET.Element:
    child = ET.SubElement(element, name)
    child.text = text
    return child


def _optional(element: ET.Element, name: str, text: str | None) -> None:
    if text:
        _under(element, name, text)


def _registry_id(element: ET.Element, name: str, identifier: RegistryId | None) -> None:
    if identifier is not None:
        child = _under(element, name)
        _under(child, "Organization", identifier.organization)
        _under(child, "Type", identifier.type)


def _texts(root: ET.Element) -> Iterator[str]:
    for element in root.iter():
        yield element.text or ""
        yield element.get("key", "")


def _is_xml(text: str) -> bool:
    """Whether every character may stand in a document (XML 1.0, production 2)."""
    return all(c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c >= "\U00010000" for c in text)
