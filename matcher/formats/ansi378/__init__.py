"""Finger minutiae records of ANSI INCITS 378: the 2004 edition, the 2009 edition, and its amendment 1."""

from matcher.formats.ansi378.edition_2004 import read_ansi_2004, write_ansi_2004
from matcher.formats.ansi378.edition_2009 import read_ansi_2009, write_ansi_2009

__all__ = ["read_ansi_2004", "read_ansi_2009", "write_ansi_2004", "write_ansi_2009"]
