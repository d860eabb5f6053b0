"""Finger minutiae records of ISO/IEC 19794-2:2011: each view has a header of its own, with blocks of any number.

Only the record format is covered, not the card formats. A view's header says when and with what it was captured, how
good it is by any number of measures, who certified the device, and then what a view of 2005 says. Minutiae have six
bytes, or five without quality.
"""

from matcher.formats.iso19794_2_2011.layout import VERSION_2011
from matcher.formats.iso19794_2_2011.reader import looks_like_iso_2011, read_iso_2011
from matcher.formats.iso19794_2_2011.writer import write_iso_2011

__all__ = ["VERSION_2011", "looks_like_iso_2011", "read_iso_2011", "write_iso_2011"]
