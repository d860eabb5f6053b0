"""The security object of a chip, EF.SOD (ICAO Doc 9303, part 10, 4.6.2): its ASN.1, and the files around it."""

from __future__ import annotations

# tsp and pdf name attributes of CMS, and what is named after the first use is not known when it is written: without
# them a process that has read a card could sign no document any more.
from asn1crypto import algos, cms, core, parser, pdf, tsp  # noqa: F401

LDS_SECURITY_OBJECT = "2.23.136.1.1.1"
"""Content type of what is signed: id-icao-mrtd-security-ldsSecurityObject."""

_APPLICATION = 1
_TAG_OF_SECURITY_OBJECT = 0x17  # 77 as an octet: application class, constructed
_TAG_OF_MRZ = 0x1F  # 5F 1F


class DataGroupHash(core.Sequence):  # type: ignore[misc]  # asn1crypto is not typed
    """The hash of one data group."""

    _fields = [("number", core.Integer), ("hash", core.OctetString)]  # noqa: RUF012 - as asn1crypto has it


class _DataGroupHashes(core.SequenceOf):  # type: ignore[misc]  # asn1crypto is not typed
    _child_spec = DataGroupHash


class _Versions(core.Sequence):  # type: ignore[misc]  # asn1crypto is not typed
    _fields = [("lds", core.PrintableString), ("unicode", core.PrintableString)]  # noqa: RUF012


class LdsSecurityObject(core.Sequence):  # type: ignore[misc]  # asn1crypto is not typed
    """What is signed: the hashes of all data groups."""

    _fields = [  # noqa: RUF012
        ("version", core.Integer),
        ("hash_algorithm", algos.DigestAlgorithm),
        ("hashes", _DataGroupHashes),
        ("versions", _Versions, {"optional": True}),
    ]


def signed_data(security_object: bytes) -> cms.SignedData:
    """Return what EF.SOD holds. Raises ValueError and others for what is no EF.SOD."""
    info = cms.ContentInfo.load(_inside(security_object, _TAG_OF_SECURITY_OBJECT), strict=True)
    if info["content_type"].native != "signed_data":
        raise ValueError("not signed data")
    return info["content"]


def mrz_of(data_group_1: bytes) -> str:
    """Return the machine readable zone of EF.DG1 (part 10, 4.7.1). Raises ValueError for what is no EF.DG1."""
    return _inside(_inside(data_group_1, 1), _TAG_OF_MRZ).decode("ascii")


def _inside(data: bytes, tag: int) -> bytes:
    """Return what is within one element of the application class, which is all there is."""
    kind, _, found, _, content, _ = parser.parse(data, strict=True)
    if (kind, found) != (_APPLICATION, tag):
        raise ValueError("another element")
    return bytes(content)
