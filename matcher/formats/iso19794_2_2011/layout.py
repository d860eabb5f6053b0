"""The layout of the headers, which reader and writer share (ISO/IEC 19794-2:2011; big-endian)."""

from __future__ import annotations

import struct

VERSION_2011 = b"030\x00"
HEADER = struct.Struct(">4s4sIHB")
"""Format id, version, record length, number of views, whether views state certifications."""

CAPTURE = struct.Struct(">I9sBHHB")
"""View length, time, technology, device vendor, device type, number of quality blocks."""

QUALITY = struct.Struct(">BHH")
CERTIFICATION = struct.Struct(">HB")
IMAGE = struct.Struct(">BBHHBHHBB")
"""Position, view number, x and y resolution, impression type, width, height, minutia bytes << 4 | ending type, n."""

LEAST_VIEW = CAPTURE.size + IMAGE.size + 2
VIEW_COUNT_OFFSET = 12
FLAG_OFFSET = 14
