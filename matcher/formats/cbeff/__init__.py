"""Biometric information records (ISO/IEC 19785-1, CBEFF): what stands around a record, and the record.

* :func:`read_bir_xml`, :func:`write_bir_xml`: the XML patron format (ISO/IEC 19785-3), as MOSIP has it.
* :func:`read_bir_json`, :func:`write_bir_json`: the same as MOSIP's Bio-SDK sends it.
* :func:`matcher.formats.cbeff.binary_header.strip_header`: a binary header standing before a record.
"""

from matcher.formats.cbeff.bir import FINGER_IMAGE, FINGER_MINUTIAE, Bir, Quality, RegistryId
from matcher.formats.cbeff.json_form import read_bir_json, write_bir_json
from matcher.formats.cbeff.xml_reader import looks_like_bir_xml, read_bir_xml
from matcher.formats.cbeff.xml_writer import write_bir_xml

__all__ = [
    "FINGER_IMAGE",
    "FINGER_MINUTIAE",
    "Bir",
    "Quality",
    "RegistryId",
    "looks_like_bir_xml",
    "read_bir_json",
    "read_bir_xml",
    "write_bir_json",
    "write_bir_xml",
]
