"""Values that programs stumble over. What is drawn at random is remembered: nothing of it may come back."""

from __future__ import annotations

import math
from random import Random

WHOLE_NUMBERS = (
    *(0, 1, 2, 9, 10, 11, 12, 40, 41, 64, 65, 100, 101, 127, 128, 255, 256, 999, 1000, 1001, 4096, 4097, 65535, 65536),
    *((1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1),
    *(-1, -2, -(1 << 31), -(1 << 63)),
    *(253_402_300_799, 253_402_300_800, 315_576_000_000, 315_576_000_001, 86_400 * 999_999_999, 999_999_999),
)
"""Among them the ends of ``google.protobuf.Timestamp`` and ``Duration``, and of what they become in Python."""

NUMBERS = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, 1e-4, 1e-6, 1e-7, 0.01, 0.0100001, 0.1, 99.0, 100.0, 500.0, 2000.0, 2000.5, 1e300),
    *(5e-324, -5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 1e18, -1e18, float(1 << 63)),
)

TEXTS = (
    *("", " ", "\0", "\n", "a\0b", "\u3164", "\u200b", "\u202e", "\ufeff", "\ud7ff", "\U0010ffff", "\u0301", "\u2028"),
    *("0", "-1", "1e999", "nan", "None", "null", "true", "*", "%s%n", "{0}", "${jndi:ldap://x}", "../../etc/passwd"),
    *("' OR 1=1 --", '"; DROP TABLE audit; --', "027199000001", "٠٢٧١٩٩٠٠٠٠٠١", "027199000001\n", "00000000000"),
    *("2001-02-30", "0000-00-00", "9999-12-31", "2001-02-3", "1900", "M", "F", "U", "X", "mm", "residence", "birth"),
    *(
        "1.001193",
        "1.999999",
        "9.000000",
        "1.001193 ",
        "operations/",
        "operations/../..",
        "Cooperations/1",
        "=",
        "====",
    ),
    *("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "{2c1d}", "urn:uuid:"),
    *(
        "Y2l0aXplbnM6MQ==",
        "YXVkaXQ6OTk5OTk5OTk5OTk5OTk5OTk5",
        "b3BlcmF0aW9uczotMQ==",
        "Y2xpZW50czo1",
        "Y2l0aXplbnM6MTI4",
    ),
    *("eyJhbGciOiJub25lIn0.e30.", "..", "a.b.c", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.AA", "2026-01-05", "+84"),
    *("operator", "service", "unknown", "local-x", "sha256:", "name:", "a:b/c", "İ", "ß", "ﬁ"),
)
"""Texts of one's own; the base64 among them are page tokens of this service."""

JSON = (
    *(
        "",
        "{",
        "{}",
        "[]",
        "null",
        "1",
        '"x"',
        '{"a":1,"a":2}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":1e999}',
        '{"a":-0}',
    ),
    *('{"a":"\\ud800"}', '{"\\ud800":1}', '{"household_head":"\\ud800"}', '{"a":"\\u0000"}', '{"a":"\t"}', "\ufeff{}"),
    *('{"a":' + "9" * 5000 + "}", '{"a":1.' + "9" * 5000 + "}", "[" * 5000, '{"a":' * 3000 + "1" + "}" * 3000),
    *("[" * 200 + "]" * 200, '{"household_head":' + "[" * 90 + "]" * 90 + "}", '{"a":"' + "ế" * 21_900 + '"}', "{} {}"),
    *('{"permanent_address":null}', '{"permanent_address":{"province":"\\udfff","commune":"x"}}', '{"__proto__":{}}'),
    *(
        '{"household_head":"' + "x" * 65_000 + '"}',
        '{"permanent_address":[{}]}',
        '{"\\u0000":0}',
        "// x\n{}",
        "{'a':1}",
    ),
    *('{"Vũ Thử Nghiệm":1}', '{"household_head":{"Vũ Thử Nghiệm":1}}', '{"permanent_address":{"Kinh Bắc":"Bắc Ninh"}}'),
)

NOT_UTF8 = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"abc\x80def", b"\xe1\xba")

_LETTERS = "qxzjkwvQXZJKWV0123456789"
_OTHERS = "ạặợỹ日本ⅷ🖐ｆ﷽\u0300"
LEAST_SAID = 6
"""Characters. What is shorter comes back by chance."""


def random_text(random: Random) -> str:
    """Return a text that no message of ours holds by chance."""
    length = random.choice((6, 8, 12, 16, 20, 21, 35, 36, 40, 64, 65, 80, 255, 256, 300, 5000))
    letters = _LETTERS if random.random() < 0.7 else _LETTERS + _OTHERS
    return "".join(random.choices(letters, k=length))


def random_bytes(random: Random) -> bytes:
    """Return bytes of which hardly any message is made."""
    return random.randbytes(random.choice((1, 2, 3, 8, 31, 32, 33, 64, 200, 1000)))
