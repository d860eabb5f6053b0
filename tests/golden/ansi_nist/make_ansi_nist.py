"""Makes files of ANSI/NIST-ITL 1-2011 byte by byte, without the code they test; run, writes the golden files beside it.

``python -m tests.golden.ansi_nist.make_ansi_nist`` from the root of the repository. Every value is invented, and a
golden file is named after its fault.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path(__file__).parent
FS, GS, RS, US = b"\x1c", b"\x1d", b"\x1e", b"\x1f"
SIDE = 16
PIXELS = bytes(range(256))
"""A raw image of 16 x 16."""

Part = tuple[int, bytes]
"""Type and bytes of a record."""


def fields_of(kind: int, fields: Mapping[int, str | bytes]) -> bytes:
    """A tagged record; its length is worked out."""
    body = GS.join(
        b"%d.%03d:" % (kind, number) + (value.encode() if isinstance(value, str) else value)
        for number, value in fields.items()
    )
    head = b"%d.001:" % kind
    size = len(head) + len(GS) + len(body) + len(FS)
    total = next(size + digits for digits in range(1, 9) if len(str(size + digits)) == digits)
    return head + str(total).encode() + GS + body + FS


def file_of(parts: Sequence[Part], *, per_mm: str = "19.69", contents: bytes | None = None) -> bytes:
    """A file: the first record lists the others."""
    listed = [b"1" + US + b"%d" % len(parts), *(b"%d" % kind + US + b"%02d" % n for n, (kind, _) in enumerate(parts))]
    first: dict[int, str | bytes] = {
        2: "0500",
        3: RS.join(listed) if contents is None else contents,
        4: "TEST",
        5: "20260101",
        7: "DEST",
        8: "ORIG",
        9: "TCN1",
        11: per_mm,
        12: per_mm,
    }
    return fields_of(1, first) + b"".join(record for _, record in parts)


def person() -> Part:
    """Type 2: what describes a person, here nothing."""
    return 2, fields_of(2, {2: "00", 3: "nobody"})


def binary(
    data: bytes = PIXELS,
    *,
    finger: int = 2,
    width: int = SIDE,
    height: int = SIDE,
    scanned: int = 0,
    algorithm: int = 0,
    idc: int = 1,
) -> Part:
    """Type 4."""
    fields = (idc, 1, bytes([finger, *[255] * 5]), scanned, width, height, algorithm)
    return 4, struct.pack(">IBB6sBHHB", 18 + len(data), *fields) + data


def tagged(
    data: bytes | None = PIXELS,
    *,
    kind: int = 14,
    finger: str = "2",
    size: tuple[int, int] = (SIDE, SIDE),
    ppi: tuple[int, int] = (500, 500),
    unit: str = "1",
    compression: str = "NONE",
    idc: int = 1,
    further: Mapping[int, str | bytes] | None = None,
    left_out: Sequence[int] = (),
) -> Part:
    """Type 13 or 14."""
    fields: dict[int, str | bytes] = {
        2: f"{idc:02}",
        3: "0",
        4: "ORIG",
        5: "20260101",
        6: str(size[0]),
        7: str(size[1]),
    }
    fields |= {8: unit, 9: str(ppi[0]), 10: str(ppi[1]), 11: compression, 12: "8", 13: finger}
    fields |= further or {}
    if data is not None:
        fields[999] = data
    return kind, fields_of(kind, {number: value for number, value in fields.items() if number not in left_out})


def items(*rows: Sequence[object]) -> bytes:
    """Subfields of items."""
    return RS.join(US.join(str(item).encode() for item in row) for row in rows)


def incits(
    rows: Sequence[Sequence[object]], *, idc: int = 1, finger: int = 2, count: int | None = None, per_cm: int = 197
) -> Part:
    """Type 9, the fields of INCITS 378: rows of index, x, y, angle, kind, quality."""
    fields: dict[int, str | bytes] = {2: f"{idc:02}", 3: "0", 4: "S", 128: "300", 129: "400", 130: "2"}
    fields |= {
        131: str(per_cm),
        132: str(per_cm),
        133: "0",
        134: str(finger),
        135: "80",
        136: str(len(rows) if count is None else count),
    }
    return 9, fields_of(9, fields | {137: items(*rows)})


def own(rows: Sequence[Sequence[object]], *, idc: int = 1, finger: int = 2, count: int | None = None) -> Part:
    """Type 9, the standard's own fields: rows of index, eleven digits, quality, kind."""
    fields: dict[int, str | bytes] = {2: f"{idc:02}", 3: "0", 4: "S", 5: "TEST\x1fA", 6: str(finger), 7: "T\x1fUN"}
    fields |= {10: str(len(rows) if count is None else count), 11: "0"}
    return 9, fields_of(9, fields | {12: items(*rows)})


INCITS_ROWS = [(1, 10, 20, 45, 1, 90), (2, 200, 300, 0, 2, 254), (3, 299, 399, 179, 0, 0)]
OWN_ROWS = [(1, "01000200090", 2, "A"), (2, "15000040000", 63, "B"), (3, "00000000270", 1, "D"), (4, "00100010180")]
SEGMENTS = items((2, 0, 3, 0, 7), (3, 4, 7, 0, 7), (4, 8, 11, 0, 7), (5, 12, 15, 0, 7))
TWO_OF_FOUR = items((7, 4, 0, 0, 3, 0, 3, 7, 0, 7), (8, 3, 4, 0, 8, 0, 8, 9))
WHOLE = file_of([person(), binary(), tagged(idc=2, finger="7")])
UNLISTED = file_of([person(), binary()], contents=b"1" + US + b"1" + RS + b"2" + US + b"00")

FILES = {
    "binary_and_tagged.an2": WHOLE,
    "amputated_and_unable.an2": file_of(
        [
            tagged(finger="13", further={18: items((3, "XX"), (4, "UP")), 21: SEGMENTS}),
            tagged(None, further={18: items((7, "XX"))}),
        ]
    ),
    "segments_with_corners.an2": file_of([tagged(finger="14", further={25: TWO_OF_FOUR})]),
    "centimetres.an2": file_of([tagged(unit="2", ppi=(197, 197)), tagged(unit="2", ppi=(394, 394), idc=2)]),
    "native_resolution.an2": file_of([binary(scanned=1)], per_mm="39.37"),
    "wsq_named_none.an2": file_of([tagged(b"\xff\xa0\xff\xa8any")]),
    "jpeg_named_by_number.an2": file_of([tagged(b"\xff\xd8\xffany", compression="2")]),
    "no_resolution_down.an2": file_of([tagged(left_out=[10])]),
    "no_resolution.an2": file_of([tagged(unit="0", ppi=(1, 1))]),
    "scarred_and_unable_but_shown.an2": file_of(
        [tagged(further={18: items((2, "SR"))}), tagged(idc=2, finger="3", further={18: items((3, "UP"))})]
    ),
    "latent.an2": file_of([tagged(kind=13, finger="0")]),
    "extra_digit.an2": file_of([tagged(finger="16")]),
    "plain_thumbs.an2": file_of([binary(finger=11), binary(finger=12, idc=2)]),
    "incits_minutiae.an2": file_of([incits(INCITS_ROWS)]),
    "own_minutiae.an2": file_of([own(OWN_ROWS)]),
    "minutiae_of_an_image.an2": file_of([binary(), incits(INCITS_ROWS), own(OWN_ROWS, idc=2, finger=3)]),
    "zeros_behind.an2": WHOLE + bytes(9),
    "palm.an2": file_of([tagged(kind=15, finger="21")]),
    "palm_as_finger.an2": file_of([tagged(finger="21")]),
    "face_only.an2": file_of([(10, fields_of(10, {2: "01", 999: PIXELS}))]),
    "person_only.an2": file_of([person()]),
    "extended_features.an2": file_of([(9, fields_of(9, {2: "01", 331: "1"}))]),
    "jpeg_lossless.an2": file_of([tagged(compression="JPEGL")]),
    "algorithm_3.an2": file_of([binary(algorithm=3)]),
    "sixteen_bits.an2": file_of([tagged(further={12: "16"})]),
    "group_unsegmented.an2": file_of([tagged(finger="40")]),
    "truncated.an2": WHOLE[:-9],
    "truncated_in_binary.an2": file_of([person(), binary()])[:-9],
    "truncated_in_header.an2": file_of([(4, struct.pack(">IB", 5, 1))]),
    "length_too_long.an2": file_of([(14, b"14.001:99999" + tagged()[1][10:])]),
    "length_no_number.an2": file_of([(14, b"14.001:x" + tagged()[1][10:])]),
    "no_length.an2": file_of([(14, tagged()[1][11:])]),
    "no_contents.an2": fields_of(1, {2: "0500", 11: "19.69"}),
    "contents_no_number.an2": file_of([binary()], contents=b"1" + US + b"1" + RS + b"x" + US + b"0"),
    "more_listed.an2": file_of([binary()], contents=b"1" + US + b"2" + RS + b"4" + US + b"0" + RS + b"4" + US + b"1"),
    "fewer_listed.an2": UNLISTED,
    "another_type_listed.an2": file_of([tagged()], contents=b"1" + US + b"1" + RS + b"13" + US + b"0"),
    "no_image.an2": file_of([tagged(None)]),
    "pixels_missing.an2": file_of([tagged(PIXELS[:-1])]),
    "binary_pixels_missing.an2": file_of([binary(PIXELS[:-1])]),
    "width_no_number.an2": file_of([tagged(further={6: "ten"})]),
    "no_height.an2": file_of([tagged(left_out=[7])]),
    "finger_no_number.an2": file_of([tagged(finger="thumb")]),
    "native_unstated.an2": file_of([binary(scanned=1)], per_mm="00.00"),
    "native_no_number.an2": file_of([binary(scanned=1)], per_mm="many"),
    "oblong_pixels.an2": file_of([tagged(ppi=(500, 600))]),
    "segment_short.an2": file_of([tagged(finger="13", further={21: items((2, 0, 3, 0))})]),
    "segment_inside_out.an2": file_of([tagged(finger="13", further={21: items((2, 3, 0, 0, 7))})]),
    "segment_twice.an2": file_of([tagged(finger="13", further={21: items((2, 0, 3, 0, 7), (2, 4, 7, 0, 7))})]),
    "corners_missing.an2": file_of([tagged(finger="13", further={25: items((2, 4, 0, 0, 3, 0))})]),
    "incits_short_row.an2": file_of([incits([(1, 10, 20, 45, 1)])]),
    "incits_angle_180.an2": file_of([incits([(1, 10, 20, 180, 1, 90)])]),
    "incits_count_wrong.an2": file_of([incits(INCITS_ROWS, count=4)]),
    "incits_too_many.an2": file_of([incits([(n, n, n, 0, 1, 50) for n in range(1, 257)])]),
    "own_ten_digits.an2": file_of([own([(1, "0100020009", 2, "A")])]),
    "own_no_digits.an2": file_of([own([(1, "01000200x90", 2, "A")])]),
    "own_count_wrong.an2": file_of([own(OWN_ROWS, count=3)]),
    "xml_encoding.an2": b'<?xml version="1.0"?><itl:NISTBiometricInformationExchangePackage/>',
}


def main() -> None:
    """Write them."""
    for name, data in FILES.items():
        (FOLDER / name).write_bytes(data)


if __name__ == "__main__":
    main()
