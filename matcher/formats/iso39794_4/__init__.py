"""Finger image data blocks of ISO/IEC 39794-4, the tagged binary form (ASN.1), as passports hold them from 2026.

Read is what an image needs: position, impression, coding, image, and the rate at which it is sampled. The rest of the
schema (capture device, quality, segments, presentation attack detection) is passed over, and nothing is written.
"""

from matcher.formats.iso39794_4.reader import Representation, is_iso_39794_4, read_iso_39794_4

__all__ = ["Representation", "is_iso_39794_4", "read_iso_39794_4"]
