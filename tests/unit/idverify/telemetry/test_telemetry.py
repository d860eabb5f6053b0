"""Log lines."""

from __future__ import annotations

import importlib
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from idverify.telemetry.log_lines import configure_logging


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("idverify")
    before = (root.handlers, root.level, ours.level)
    stream = io.StringIO()
    configure_logging(stream)
    yield stream
    root.handlers, level, our_level = before
    root.setLevel(level)
    ours.setLevel(our_level)


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_the_listed_fields_and_no_other(stream: io.StringIO) -> None:
    logging.getLogger("idverify.x").info("call", extra={"code": "OK", "citizen_number": "027199000001", "caller": None})
    (line,) = _lines(stream)
    assert set(line) == {"time", "level", "logger", "message", "code"}


def test_of_an_exception_only_the_type_is_told(stream: io.StringIO) -> None:
    def fail() -> None:
        raise ValueError("Nguyễn\nThị Thử")

    try:
        fail()
    except ValueError:
        logging.getLogger("idverify.x").exception("failed")
    (line,) = _lines(stream)
    assert line["exception"] == "ValueError"
    assert "Thử" not in stream.getvalue()


def test_other_libraries_are_heard_when_they_warn(stream: io.StringIO) -> None:
    logging.getLogger("sqlalchemy").info("SELECT 1")
    logging.getLogger("sqlalchemy").warning("slow")
    assert [line["message"] for line in _lines(stream)] == ["slow"]


def test_a_caller_who_is_gone_as_the_answer_begins_is_no_error(stream: io.StringIO) -> None:
    of_grpc = logging.getLogger("grpc._cython.cygrpc")
    compiled: Any = importlib.import_module("grpc._cython.cygrpc")
    over = compiled.ExecuteBatchError("Failed grpc_call_start_batch")
    of_grpc.error("ExecuteBatchError raised in core by servicer method [/a.B/C]", exc_info=over)
    of_grpc.error("something else")
    assert [line["message"] for line in _lines(stream)] == ["something else"]
