"""The byte layout that reader and writer share (ISO/IEC 19794-2:2005 clauses 7.3 to 7.5; all numbers big-endian)."""

from __future__ import annotations

import struct

import numpy as np

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

MINUTIA = np.dtype([("kind_x", ">u2"), ("reserved_y", ">u2"), ("angle", "u1"), ("quality", "u1")])
"""Six bytes. The two bits above each 14-bit coordinate are the type and, for y, reserved."""

EXTENDED_LENGTH = struct.Struct(">H")

COORDINATE_BITS = 14
COORDINATE_MASK = (1 << COORDINATE_BITS) - 1
