"""Descriptor 2 belongs to the log while a block lasts, and to everybody again afterwards."""

from __future__ import annotations

import json
import logging
import os
import threading

import pytest

from idverify.telemetry.foreign_output import only_our_stderr
from idverify.telemetry.log_lines import JsonLines


def test_every_line_is_json_and_nobody_waits(capfd: pytest.CaptureFixture[str]) -> None:
    log, handler = logging.getLogger("idverify.telemetry.foreign_output"), logging.StreamHandler()
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    with only_our_stderr() as stream:
        handler.setStream(stream)
        os.write(2, b"the name of somebody: Warning\n")
        for _ in range(100):  # more than a pipe holds: what does not fit is lost
            try:
                os.write(2, b"x" * 4095 + b"\n")
            except BlockingIOError:
                break
        thread = threading.Thread(target=lambda: 1 // 0)
        thread.start()
        thread.join()
    log.removeHandler(handler)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert {line["message"] for line in lines} == {"a library wrote to stderr", "a thread failed"}
    assert "somebody" not in str(lines)
    assert [line["exception"] for line in lines if line["message"] == "a thread failed"] == ["ZeroDivisionError"]
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_grpc_may_say_why(caplog: pytest.LogCaptureFixture) -> None:
    words = b"E0000 00:00:1700000000.000000   12345 ssl_transport_security.cc:1884] Handshake failed: wrong version\n"
    with only_our_stderr():
        os.write(2, words)
    (told,) = (record for record in caplog.records if record.message == "a library wrote to stderr")
    assert told.__dict__["cause"] == words.decode().strip()
