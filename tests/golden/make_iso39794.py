"""Writes the golden blocks of ISO/IEC 39794-4, byte by byte and without the code they test.

Run it from the root of the repository (``python tests/golden/make_iso39794.py``). Every value is invented. A file that
is wrong is named by what is wrong with it.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
PIXELS = b"P5 4 3 255\n" + bytes(range(12))


def element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def number(tag: int, value: int) -> bytes:
    return element(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def chosen(tag: int, code: int, *, later: bool = False) -> bytes:
    return element(tag, element(0xA1, number(0x80, code)) if later else number(0x80, code))


def representation_39794(
    data: bytes = PIXELS, *, position: int = 2, sampling: tuple[int, int] | None = (0, 500), later: bool = False
) -> bytes:
    rate = b"" if sampling is None else element(0xA7, number(0x80, sampling[1]) + number(0x81, sampling[0]))
    time = element(0xA4, number(0x80, 2026) + number(0x81, 1))
    body = chosen(0xA0, position, later=later) + chosen(0xA1, 0) + chosen(0xA2, 0) + element(0x83, data) + time + rate
    return element(0x30, body + number(0x88, 1))


def block_39794(*representations: bytes) -> bytes:
    version = element(0xA0, number(0x80, 3) + number(0x81, 2019))
    return element(0x64, version + element(0xA1, b"".join(representations)))


ONE = representation_39794()
BLOCKS = {
    "fib39794.der": block_39794(ONE),
    "fib39794_two_fingers.der": block_39794(ONE, representation_39794(position=7, sampling=(1, 197))),
    "fib39794_position_of_later_version.der": block_39794(representation_39794(later=True)),
    "fib39794_no_sampling_rate.der": block_39794(representation_39794(sampling=None)),
    "fib39794_no_representations.der": block_39794(),
    "fib39794_unit_unknown.der": block_39794(representation_39794(sampling=(2, 500))),
    "fib39794_rate_zero.der": block_39794(representation_39794(sampling=(0, 0))),
    "fib39794_no_image.der": block_39794(element(0x30, chosen(0xA0, 2))),
    "fib39794_no_position.der": block_39794(element(0x30, element(0x83, PIXELS))),
    "fib39794_member_twice.der": block_39794(element(0x30, chosen(0xA0, 2) * 2 + element(0x83, PIXELS))),
    "fib39794_no_sequence.der": block_39794(element(0x31, ONE[2:])),
    "fib39794_truncated_inside.der": element(0x64, block_39794(ONE)[2:-1]),
    "fib39794_truncated.der": block_39794(ONE)[:-1],
    "fib39794_long_tag.der": element(0x64, element(0xA0, b"") + b"\x9f\x81\x01\x00"),
    "fib39794_indefinite_length.der": b"\x64\x80" + block_39794(ONE)[2:] + bytes(2),
}

if __name__ == "__main__":
    for name, content in BLOCKS.items():
        (FOLDER / name).write_bytes(content)
