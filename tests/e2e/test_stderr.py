"""Every line that the server writes to stderr is one of its log's, whatever libraries print by themselves."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from idverify.v1 import biometrics_pb2, types_pb2
from matcher.errors import SampleInvalidError
from matcher.images.decoding import decode_image
from tests.e2e.harness import refusal
from tests.e2e.process import start_process

pytestmark = pytest.mark.slow


def broken_tiff() -> bytes:
    """A TIFF file whose LZW stream is nonsense: libtiff says so on descriptor 2."""
    stripes = (np.arange(300 * 300) % 251).astype(np.uint8).reshape(300, 300)
    stream = io.BytesIO()
    PIL.Image.fromarray(stripes).save(stream, "TIFF", compression="tiff_lzw", dpi=(500, 500))
    content = bytearray(stream.getvalue())
    for at in range(60, 400, 7):
        content[at] ^= 0x5A
    return bytes(content)


def test_libtiff_does_print(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SampleInvalidError):
        decode_image(broken_tiff())
    assert capfd.readouterr().err != ""


def test_a_broken_tiff_leaves_the_log_json(tmp_path: Path) -> None:
    server = start_process(tmp_path / "data", "-m", "tests.e2e.real_process")
    try:
        with server.stubs() as stubs:
            image = types_pb2.FingerImage(data=broken_tiff())
            request = biometrics_pb2.CheckQualityRequest(sample=types_pb2.FingerprintSample(image=image))
            assert refusal(stubs.biometrics.CheckQuality, request).reason == "SAMPLE_INVALID"
    finally:
        assert server.terminate() == 0  # reads every line as JSON
    told = [line for line in server.lines if line["message"] == "a library wrote to stderr"]
    assert sum(line["lines"] for line in told) >= 1
    assert not any("cause" in line for line in told)  # what it said may quote the sample
