"""The scanner module of the counter's page, against the scanner that plays prints."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import numpy as np
import PIL.Image
import pytest

from enroll_tools.scanner.device import Play, Scanner
from enroll_tools.scanner.folder import PrintFolder, load_prints
from enroll_tools.scanner.identity import Identity
from enroll_tools.scanner.server import ScannerServer
from matcher.formats.iso19794_4 import Coding
from matcher.images.decoding import decode_image
from matcher.images.records.writing import write_finger_image
from matcher.types import FingerPosition, Image
from tests.page.modules import module, said_by_node

SERIAL = "SIM-1"
SCRIPT = f"""
import {{ capture, discover, imageOf }} from "{module("scanner/scanner.js")}";
const tried = async (what) => {{
  try {{
    return await what();
  }} catch (error) {{
    if (error.name !== "ScannerError") throw error;
    return {{ reason: error.reason, code: error.code }};
  }}
}};
const text = (data) => Buffer.from(data).toString("base64");
const plain = (prints) => prints.map?.((one) => ({{ ...one, data: text(one.data) }})) ?? prints;
"""


def rings(period: float) -> np.ndarray:
    y, x = np.mgrid[:200, :160]
    waves: np.ndarray = 127 + 100 * np.cos(np.hypot(x - 80.5, y - 90.5) * 2 * np.pi / period)
    return waves.astype(np.uint8)


@contextmanager
def served(server: ThreadingHTTPServer) -> Iterator[int]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Strange(BaseHTTPRequestHandler):
    """Something else on a port of scanners."""

    answer = b"<html>"

    def do_MOSIPDISC(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def do_RCAPTURE(self) -> None:
        self.do_MOSIPDISC()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """Scanners of every kind by what they do, and strangers."""
    folder = tmp_path_factory.mktemp("prints")
    for name, period in (("RIGHT_INDEX", 9), ("RIGHT_INDEX_2", 10), ("LEFT_THUMB", 11)):
        PIL.Image.fromarray(rings(period)).save(folder / f"{name}.png", dpi=(500, 500))
    identity, samples = Identity(SERIAL), load_prints(folder)
    other = type(
        "Other",
        (Strange,),
        {"answer": b'{"biometrics": [{"error": {"errorCode": "0"}, "data": "e30.e30.", "hash": ""}]}'},
    )
    with ExitStack() as stack:
        found = {
            play.value: stack.enter_context(served(ScannerServer(Scanner(PrintFolder(samples), identity, [play]), 0)))
            for play in Play
        }
        found["none"] = stack.enter_context(served(ThreadingHTTPServer(("127.0.0.1", 0), Strange)))
        found["other"] = stack.enter_context(served(ThreadingHTTPServer(("127.0.0.1", 0), other)))
        yield found


def test_scanners_are_found_and_what_else_listens_is_none(ports: dict[str, int]) -> None:
    script = SCRIPT + "console.log(JSON.stringify(await discover(given)));"
    asked = [
        ports["none"],
        ports["good"],
        9,
        ports["busy"],
        ports["other"],
        ports["not-ready"],
        ports["not-registered"],
    ]
    found = said_by_node(script, asked)
    assert [(one["port"], one["status"]) for one in found] == [
        (ports["good"], "READY"),
        (ports["busy"], "BUSY"),
        (ports["not-ready"], "NOT_READY"),
        (ports["not-registered"], "NOT_REGISTERED"),
    ]
    assert found[0] | {"port": 0} == {
        "id": SERIAL, "port": 0, "make": "idverify", "model": "simulator", "serial": SERIAL, "status": "READY",
        "purpose": "Registration",
    }  # fmt: skip


def test_fingers_are_taken_one_after_another_as_images(ports: dict[str, int]) -> None:
    script = SCRIPT + """
const [device] = await discover([given]);
console.log(JSON.stringify(plain(await capture(device, ["RIGHT_INDEX", "LEFT_THUMB", "RIGHT_INDEX"]))));
"""  # fmt: skip
    taken = said_by_node(script, ports["good"])
    assert [one["finger"] for one in taken] == ["RIGHT_INDEX", "LEFT_THUMB", "RIGHT_INDEX"]
    for one, period in zip(taken, (9, 11, 10), strict=True):
        assert (one["format"], one["resolution"], one["quality"]) == ("JPEG_2000", 500, 80)
        assert (one["width"], one["height"]) == (160, 200)
        pixels = decode_image(base64.b64decode(one["data"]), resolution_ppi=one["resolution"]).pixels
        assert np.array_equal(pixels, rings(period))


def test_what_comes_to_nothing_says_why(ports: dict[str, int]) -> None:
    script = SCRIPT + f"""
const found = {{}};
for (const [name, port] of Object.entries(given)) {{
  const device = {{ id: "{SERIAL}", port, purpose: "Registration" }};
  const signal = name === "silent" ? AbortSignal.timeout(50) : undefined;
  found[name] = await tried(() => capture(device, ["RIGHT_INDEX"], {{ seconds: 0.01, signal }}));
}}
const of = {{ port: given.good, purpose: "Registration" }};
found.another = await tried(() => capture({{ ...of, id: "another" }}, ["RIGHT_INDEX"]));
found.missing = await tried(() => capture({{ ...of, id: "{SERIAL}" }}, ["LEFT_RING"]));
found.sealed = await tried(() => capture({{ ...of, purpose: "Auth" }}, ["LEFT_RING"]));
found.closed = await tried(() => capture({{ ...of, port: 9 }}, ["LEFT_RING"]));
found.discovery = await tried(() => discover([given.silent], {{ signal: AbortSignal.abort() }}));
const reasons = Object.entries(found).map(([name, one]) => [name, one.reason ?? "TAKEN"]);
console.log(JSON.stringify(Object.fromEntries(reasons)));
"""  # fmt: skip
    assert said_by_node(script, ports) == {
        "good": "TAKEN",
        "poor": "TAKEN",
        "no-finger": "NO_FINGER",
        "silent": "ABORTED",
        "busy": "BUSY",
        "not-ready": "NOT_READY",
        "not-registered": "NOT_READY",
        "none": "ANSWER_INVALID",
        "other": "ANSWER_INVALID",
        "another": "GONE",
        "missing": "NO_FINGER",
        "sealed": "SEALED",
        "closed": "GONE",
        "discovery": "ABORTED",
    }


def test_a_record_that_is_not_whole_is_refused_and_a_certified_one_read() -> None:
    image, taken = Image(rings(9), 197.0), datetime(2026, 1, 5, tzinfo=UTC)
    record = write_finger_image(image, FingerPosition.LEFT_RING, Coding.JPEG_2000_LOSSLESS, quality=70, taken=taken)
    certified = bytearray(record[:40] + b"\x01\x00\x01\x02" + record[40:])
    certified[8:12], certified[14] = len(certified).to_bytes(4), 1
    metric = bytearray(record)
    metric[42] = 2
    changed: list[bytes] = [record[:place] for place in (0, 7, 16, 35, 50, 61, len(record) - 1)]
    changed.append(record + b"x")
    for place in (0, 4, 11, 13, 42, 49, 52, 61):
        spoilt = bytearray(record)
        spoilt[place] ^= 0x40
        changed.append(bytes(spoilt))
    script = SCRIPT + """
const read = (text) => tried(() => plain([imageOf(new Uint8Array(Buffer.from(text, "base64")))])[0]);
console.log(JSON.stringify(await Promise.all(given.map(read))));
"""  # fmt: skip
    given = [record, bytes(certified), bytes(metric), *changed]
    whole, with_certificate, in_centimetres, *refused = said_by_node(
        script, [base64.b64encode(one).decode() for one in given]
    )
    assert whole == with_certificate
    assert (whole["format"], whole["resolution"], in_centimetres["resolution"]) == ("JPEG_2000", 197, 500)
    assert base64.b64decode(whole["data"]) == record[62:]
    found: list[Any] = [one.get("reason") for one in refused]
    assert found == ["ANSWER_INVALID"] * len(changed)
