"""Requests with files."""

from __future__ import annotations

import base64
import json
from typing import Any
from unittest.mock import MagicMock

import pytest
from google.protobuf.descriptor import Descriptor
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import DomainError, Reason
from idverify.rest.forms import content_of_form
from idverify.rest.transcoding import Transcoder
from idverify.rpc.servicers.all import all_methods
from idverify.services.application import Application

all_methods(MagicMock(spec=Application))  # loads what they are found by


def input_of(service: str, method: str) -> Descriptor:
    return Transcoder.of(f"idverify.v1.{service}", method).method.input_type


BOUNDARY = b"b0"
VERIFY = input_of("VerificationService", "Verify")
CHECK = input_of("BiometricService", "CheckQuality")
NOTE = input_of("CitizenService", "NoteFingers")


def form(*parts: tuple[str, str, bytes]) -> bytes:
    lines = b""
    for name, kind, content in parts:
        lines += b"--b0\r\nContent-Disposition: form-data; name=" + json.dumps(name).encode()
        lines += b"\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + content + b"\r\n"
    return lines + b"--b0--\r\n"


def image(content: bytes, **more: str) -> dict[str, Any]:
    return {"data": base64.b64encode(content).decode(), **more}


def test_a_file_is_a_sample_of_the_finger_that_it_is_named_after() -> None:
    request = ("request", "application/json", b'{"citizenNumber": "1"}')
    body = form(request, ("RIGHT_INDEX", "image/png", b"\x89PNG"), ("LEFT_THUMB", "application/octet-stream", b"x"))
    assert content_of_form(body, BOUNDARY, VERIFY) == {
        "citizenNumber": "1",
        "samples": [
            {"fingerPosition": "FINGER_POSITION_RIGHT_INDEX", "image": image(b"\x89PNG", format="IMAGE_FORMAT_PNG")},
            {"fingerPosition": "FINGER_POSITION_LEFT_THUMB", "image": image(b"x")},
        ],
    }
    only = content_of_form(form(("RIGHT_INDEX", "image/tiff", b"x")), BOUNDARY, CHECK)
    assert only == {
        "sample": {"fingerPosition": "FINGER_POSITION_RIGHT_INDEX", "image": image(b"x", format="IMAGE_FORMAT_TIFF")}
    }


def test_a_file_is_put_where_its_name_says_beside_what_is_there() -> None:
    request = ("request", "application/json", b'{"sample": {"image": {"resolutionPpi": 500}}}')
    content = content_of_form(form(("sample.image", "image/bmp", b"x"), request), BOUNDARY, CHECK)
    assert content == {"sample": {"image": image(b"x", format="IMAGE_FORMAT_BMP") | {"resolutionPpi": 500}}}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "request"),
        (b"--b0\r\n", "request"),
        (b"no form", "request"),
        (form(("request", "application/json", b"[1]")), "request"),
        (form(("request", "application/json", b"{")), "request"),
        (form(("request", "", b'{"samples": 1}'), ("RIGHT_INDEX", "", b"x")), "samples"),
        (form(("request", "", b'{"sample": 1}'), ("sample.image", "", b"x")), "sample.image"),
        (form(*[("RIGHT_INDEX", "", b"x")] * 33), "request"),
    ],
)
def test_what_has_no_place_is_refused(body: bytes, field: str) -> None:
    with pytest.raises(DomainError) as error:
        content_of_form(body, BOUNDARY, VERIFY)
    assert (error.value.reason, error.value.metadata["field"]) == (Reason.FIELD_INVALID, field)


def test_a_finger_that_is_written_wrong_is_told_how_fingers_are_written() -> None:
    with pytest.raises(DomainError, match=r"these are UNKNOWN, RIGHT_THUMB, RIGHT_INDEX, .*, LEFT_LITTLE") as error:
        content_of_form(form(("RIGHT_INDX", "", b"x")), BOUNDARY, VERIFY)
    assert (error.value.reason, error.value.metadata["field"]) == (Reason.FIELD_INVALID, "RIGHT_INDX")


REQUEST, FINGER = ("request", "", b"{}"), ("RIGHT_INDEX", "", b"x")


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ([REQUEST, REQUEST], "request"),
        ([FINGER, FINGER], "RIGHT_INDEX"),
        ([("sample.image", "", b"x")] * 2, "sample.image"),
        ([("request", "", b'{"sample": {}}'), FINGER], "RIGHT_INDEX"),
        ([("request", "", b'{"sample": {"image": {"data": "eA=="}}}'), ("sample.image", "", b"x")], "sample.image"),
        ([("request", "", b'{"sample": {"image": 1}}'), ("sample.image", "", b"x")], "sample.image"),
    ],
)
def test_nothing_stands_in_the_place_of_something_else(parts: list[tuple[str, str, bytes]], field: str) -> None:
    with pytest.raises(DomainError) as error:
        content_of_form(form(*parts), BOUNDARY, CHECK)
    assert (error.value.reason, error.value.metadata["field"]) == (Reason.FIELD_INVALID, field)


def test_a_boundary_that_is_none_is_refused() -> None:
    with pytest.raises(DomainError) as error:
        content_of_form(form(), b"b" * 300, VERIFY)
    assert error.value.reason is Reason.FIELD_INVALID


def test_a_finger_is_no_part_of_a_request_without_samples() -> None:
    with pytest.raises(DomainError) as error:
        content_of_form(form(("RIGHT_INDEX", "", b"x")), BOUNDARY, NOTE)
    assert error.value.metadata["field"] == "RIGHT_INDEX"


@given(st.binary(max_size=200), st.integers(0, 200))
def test_whatever_is_sent_is_a_form_or_refused(noise: bytes, at: int) -> None:
    whole = form(("request", "application/json", b"{}"), ("RIGHT_INDEX", "image/png", b"x"))
    try:
        content_of_form(whole[:at] + noise + whole[at:], BOUNDARY, VERIFY)
    except DomainError as error:
        reason = error.reason
    else:
        reason = Reason.FIELD_INVALID
    assert reason is Reason.FIELD_INVALID
