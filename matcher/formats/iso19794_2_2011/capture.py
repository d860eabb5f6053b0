"""What stands before a view's finger position: its length, time, device, qualities and certifications.

The same in ISO/IEC 19794-2:2011 and ISO/IEC 19794-4:2011, as ISO/IEC 19794-1:2011 lays it down for all.
"""

from __future__ import annotations

from matcher.errors import SampleInvalidError
from matcher.formats.iso19794_2_2011.layout import CAPTURE, CERTIFICATION, QUALITY
from matcher.formats.minutiae_fields import require_bits
from matcher.formats.minutiae_record import Capture, Certification, QualityBlock
from matcher.formats.view_headers import Captured, require_block


def read_capture(
    data: bytes, offset: int, *, certified: bool, name: str
) -> tuple[Capture, tuple[QualityBlock, ...], int]:
    """Read it; return it and the byte of the finger position. Raises SampleInvalidError where the bytes end in it."""
    truncated = SampleInvalidError(f"byte {len(data)}: truncated inside the header of {name}")
    at = offset + CAPTURE.size
    if at > len(data):
        raise truncated
    _, time, technology, vendor, device, count = CAPTURE.unpack_from(data, offset)
    end = at + count * QUALITY.size
    if end + certified > len(data):
        raise truncated
    blocks = tuple(QualityBlock(*fields) for fields in QUALITY.iter_unpack(data[at:end]))
    certifications: tuple[Certification, ...] = ()
    if certified:
        at, end = end + 1, end + 1 + data[end] * CERTIFICATION.size
        if end > len(data):
            raise truncated
        certifications = tuple(Certification(*fields) for fields in CERTIFICATION.iter_unpack(data[at:end]))
    return Capture(time, technology, vendor, device, certifications), blocks, end


def write_capture(view: Captured, body: bytes, *, certified: bool, name: str) -> bytes:
    """Return a view's bytes: what stands before ``body``, with the length of both. Raises SampleInvalidError."""
    blocks = _write_blocks(view, name) + _write_certifications(view, name, certified=certified)
    capture = view.capture or Capture()
    require_bits(capture, {"technology_id": 8, "vendor_id": 16, "device_id": 16}, name)
    if len(capture.time) != 9:
        raise SampleInvalidError(f"{name}: the time of capture has not nine bytes")
    head = CAPTURE.pack(
        CAPTURE.size + len(blocks) + len(body),
        capture.time,
        capture.technology_id,
        capture.vendor_id,
        capture.device_id,
        len(view.quality_blocks),
    )
    return head + blocks + body


def _write_blocks(view: Captured, name: str) -> bytes:
    if len(view.quality_blocks) > 255:
        raise SampleInvalidError(f"{name}: more than 255 quality blocks")
    require_block(view, name)
    return b"".join(QUALITY.pack(b.value, b.vendor_id, b.algorithm_id) for b in view.quality_blocks)


def _write_certifications(view: Captured, name: str, *, certified: bool) -> bytes:
    certifications = view.capture.certifications if view.capture else ()
    if not certified:
        if certifications:
            raise SampleInvalidError(f"{name}: certifications, but the record says that there are none")
        return b""
    if len(certifications) > 255:
        raise SampleInvalidError(f"{name}: more than 255 certifications")
    for item in certifications:
        require_bits(item, {"authority_id": 16, "scheme_id": 8}, name)
    packed = (CERTIFICATION.pack(item.authority_id, item.scheme_id) for item in certifications)
    return bytes([len(certifications)]) + b"".join(packed)
