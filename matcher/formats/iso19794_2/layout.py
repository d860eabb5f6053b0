"""The layout of the headers, which reader and writer share (ISO/IEC 19794-2:2005 clauses 7.3, 7.4; big-endian)."""

from __future__ import annotations

import struct

FORMAT_ID = b"FMR\x00"
VERSION_2005 = b" 20\x00"

LENGTH_OFFSET = 8

HEADER = struct.Struct(">4s4sIHHHHHBB")
"""Format id, version, record length, equipment, width, height, x and y resolution, number of views, reserved."""

RESOLUTION_OFFSET = 18
VIEW_COUNT_OFFSET = 22
RESERVED_OFFSET = 23

VIEW_HEADER = struct.Struct(">BBBB")
"""Finger position, view number << 4 | impression type, quality, number of minutiae."""
