"""The layout of the headers, which readers and writers share (ISO/IEC 19794-4; big-endian)."""

from __future__ import annotations

import struct

FORMAT_ID = b"FIR\x00"
VERSION_2005 = b"010\x00"
VERSION_2011 = b"020\x00"
LENGTH_OFFSET = 8

HEADER_2005 = struct.Struct(">4s4s6sHHBBHHHHBBH")
"""Format id, version, record length in 48 bits, device, acquisition level, number of fingers, units, scan x and y,
image x and y, depth, coding, reserved (table 2 of 2005)."""

VIEW_2005 = struct.Struct(">IBBBBBHHB")
"""Length with this header, position, number of views, view, quality, impression type, width, height, reserved (table 4
of 2005)."""

PRODUCT_OFFSET = 14
PRODUCT = struct.Struct(">HH")
"""Vendor and product: what a record of ANSI INCITS 381-2004 has after its length, and else is one of 2005 (table 2 of
ANSI INCITS 381-2004)."""

COUNT_OFFSET_2005 = 18
UNITS_OFFSET_2005 = 19
CODING_OFFSET_2005 = 29
RESERVED_OFFSET_2005 = 30

HEADER_2011 = struct.Struct(">4s4sIHBB")
"""Format id, version, record length, number of representations, whether they state certifications, number of fingers
(table 3 of 2011)."""

IMAGE_2011 = struct.Struct(">BBBHHHHBBBHHI")
"""What follows the blocks of quality and certification: position, number, units, scan x and y, image x and y, depth,
coding, impression type, width, height, length of the image (tables 4 and 11 of 2011)."""

FLAG_OFFSET_2011 = 14
COUNT_OFFSET_2011 = 15
