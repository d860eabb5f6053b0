"""The scanner that plays prints, held to the JSON schemas of MOSIP's compliance toolkit."""

from __future__ import annotations

import base64
import http.client
import json
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import PIL.Image
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jsonschema import Draft201909Validator

from enroll_tools.datasets import DatasetError
from enroll_tools.scanner.device import Play, Scanner
from enroll_tools.scanner.folder import PrintFolder, load_prints
from enroll_tools.scanner.identity import Identity
from enroll_tools.scanner.sealing import Recipient
from enroll_tools.scanner.server import LOOPBACK, ScannerServer
from enroll_tools.synthetic import EASY, Population
from idverify.domain.model import ImageSample, Sample
from idverify.matching.biometrics import MatcherBiometrics
from matcher import RidgeExtractor
from matcher.comparison.calibration import default_calibration
from matcher.images.decoding import decode_image, encode_png
from matcher.types import FingerPosition

SERIAL = "SIM-1"
BIO: dict[str, Any] = {
    "type": "Finger",
    "count": "1",
    "bioSubType": ["Right IndexFinger"],
    "requestedScore": "60",
    "deviceId": SERIAL,
    "deviceSubId": "0",
    "previousHash": "",
}
REQUEST = {
    "env": "Developer",
    "purpose": "Registration",
    "specVersion": "0.9.5",
    "timeout": "10",
    "captureTime": "2026-01-05T08:00:00Z",
    "transactionId": "transaction-1",
    "bio": [BIO],
}


def rings(period: float) -> np.ndarray:
    y, x = np.mgrid[:200, :160]
    waves: np.ndarray = 127 + 100 * np.cos(np.hypot(x - 80.5, y - 90.5) * 2 * np.pi / period)
    return waves.astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("prints")
    for name, period in (("RIGHT_INDEX", 9), ("right_index_2", 10), ("LEFT_THUMB", 11)):
        PIL.Image.fromarray(rings(period)).save(place / f"{name}.png", dpi=(500, 500))
    return place


@pytest.fixture(scope="module")
def identity() -> Identity:
    return Identity(SERIAL)


@contextmanager
def served(folder: Path, identity: Identity, *plan: Play, recipient: Recipient | None = None) -> Iterator[Asking]:
    scanner = Scanner(PrintFolder(load_prints(folder)), identity, plan or (Play.GOOD,), recipient)
    server = ScannerServer(scanner, 0)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Asking(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Asking:
    """A program that asks a scanner."""

    def __init__(self, port: int) -> None:
        self.port = port

    def __call__(self, verb: str, path: str, body: object = None) -> Any:
        status, _, content = self.raw(verb, path, body if isinstance(body, bytes) else json.dumps(body or {}).encode())
        assert status == 200
        return json.loads(content)

    def raw(self, verb: str, path: str, body: bytes = b"") -> tuple[int, Mapping[str, str], bytes]:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        try:
            connection.request(verb, path, body, {"Origin": "https://counter.example"})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def prints(self, verb: str = "RCAPTURE", bio: dict[str, Any] | None = None, **other: Any) -> Any:
        return self(verb, "/capture", REQUEST | {"bio": [BIO | (bio or {})]} | other)["biometrics"]


@pytest.fixture(scope="module")
def ask(folder: Path, identity: Identity) -> Iterator[Asking]:
    with served(folder, identity) as asking:
        yield asking


class Contract:
    """The schemas: of lists they hold only the first entry, so that each is held to them alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holds(self, name: str, answer: Any) -> None:
        schema = json.loads((self.folder / f"{name}.json").read_text("utf-8"))
        entries = answer["biometrics"] if isinstance(answer, dict) else answer
        for entry in entries:
            one = {"biometrics": [entry]} if isinstance(answer, dict) else [entry]
            Draft201909Validator(schema, format_checker=Draft201909Validator.FORMAT_CHECKER).validate(one)


@pytest.fixture(scope="session")
def contract(contracts: Path) -> Contract:
    return Contract(contracts / "mosip-sbi")


def signed(token: str) -> dict[str, Any]:
    """Return what a token says (RFC 7515, RS256), whose signature holds by the certificate in it."""
    header, payload, signature = token.split(".")
    said = json.loads(plain(header))
    key = x509.load_der_x509_certificate(base64.b64decode(said["x5c"][0])).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert said["alg"] == "RS256"
    key.verify(plain(signature), f"{header}.{payload}".encode(), padding.PKCS1v15(), hashes.SHA256())
    content: dict[str, Any] = json.loads(plain(payload))
    return content


def plain(content: str) -> bytes:
    return base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))


def opened(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a capture as the compliance toolkit has it: with what is signed beside it."""
    said = signed(entry["data"])
    return entry | {"dataDecoded": said | {"digitalIdDecoded": signed(said["digitalId"])}}


def image_of(record: bytes) -> tuple[tuple[int, ...], bytes]:
    """Return what a record of ISO 19794-4:2011 says of its image, with one quality block, and the image."""
    assert record[:8] == b"FIR\x00020\x00"
    length, representations, certified, fingers = struct.unpack(">IHBB", record[8:16])
    assert (length, representations, certified, fingers) == (len(record), 1, 0, 1)
    assert struct.unpack(">I", record[16:20])[0] == len(record) - 16
    finger, _, units, *rates, depth, compression, _, width, height, size = struct.unpack(
        ">BBBHHHHBBBHHI", record[40:62]
    )
    assert (units, set(rates), depth) == (1, {500}, 8)
    assert size == len(record) - 62
    return (finger, compression, width, height), record[62:]


def test_it_is_discovered_and_says_of_itself_what_it_is(ask: Asking, contract: Contract) -> None:
    for kind in ("Biometric Device", "Finger"):
        found = ask("MOSIPDISC", "/device", {"type": kind})
        assert found[0]["callbackId"] == f"http://127.0.0.1:{ask.port}"
        contract.holds("DiscoverResponseSchema", found)
        contract.holds(
            "DiscoverResponseSchema", [found[0] | {"digitalIdDecoded": json.loads(plain(found[0]["digitalId"]))}]
        )
    for kind in ("Iris", "Toe"):
        contract.holds("DiscoverResponseErrorSchema", ask("MOSIPDISC", "/device", {"type": kind}))
    (told,) = ask("MOSIPDINFO", "/info")
    said = signed(told["deviceInfo"])
    decoded = [told | {"deviceInfoDecoded": said | {"digitalIdDecoded": signed(said["digitalId"])}}]
    for name in ("DeviceInfoResponseSchema", "DeviceInfoReadyResponseSchema"):
        contract.holds(name, decoded)


def test_a_finger_is_played_as_a_signed_record_of_its_image(ask: Asking, contract: Contract, folder: Path) -> None:
    taken = ask.prints(bio={"bioSubType": ["Left Thumb"]})
    contract.holds("RegistrationCaptureResponseSchema", {"biometrics": [opened(each) for each in taken]})
    said = signed(taken[0]["data"])
    assert (said["bioSubType"], said["transactionId"]) == ("Left Thumb", REQUEST["transactionId"])
    about, image = image_of(plain(said["bioValue"]))
    assert about == (FingerPosition.LEFT_THUMB, 5, 160, 200)
    assert np.array_equal(decode_image(image, resolution_ppi=500).pixels, rings(11))


def test_prints_of_a_finger_are_played_in_turn_and_chained(folder: Path, identity: Identity) -> None:
    with served(folder, identity) as ask:
        two = ask.prints(bio={"count": "2", "bioSubType": ["Right IndexFinger"] * 2})
        (third,) = ask.prints(bio={"previousHash": two[1]["hash"]})
        (alone,) = ask.prints()
        (first,) = ask.prints(bio={"bioSubType": ["UNKNOWN"]})
    images = [image_of(plain(signed(each["data"])["bioValue"]))[1] for each in (*two, third, alone, first)]
    assert images[0] == images[2] != images[1] == images[3]
    assert len({each["hash"] for each in (*two, third, alone)}) == 4


def test_a_folder_of_unknown_fingers_is_played_in_order(folder: Path, tmp_path: Path) -> None:
    for name, period in (("2_1", 10), ("1_1", 9)):
        PIL.Image.fromarray(rings(period)).save(tmp_path / f"{name}.png")
    prints = PrintFolder(load_prints(tmp_path))
    for period in (9, 10, 9):
        played = prints.next_of(FingerPosition.LEFT_RING)
        assert played is not None
        assert np.array_equal(played.pixels, rings(period))


def test_what_is_no_folder_of_prints_is_refused(folder: Path, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(DatasetError):
            load_prints(place)
    PIL.Image.fromarray(rings(9)).save(tmp_path / "LEFT_RING.png")
    PIL.Image.fromarray(rings(9)).save(tmp_path / "left_ring_1.bmp")
    with pytest.raises(DatasetError, match="same impression"):
        load_prints(tmp_path)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bio": [BIO | {"deviceId": "another"}]}, "106"),
        ({"bio": [BIO | {"type": "Iris"}]}, "106"),
        ({"bio": [BIO | {"count": "11", "bioSubType": ["UNKNOWN"] * 11}]}, "109"),
        ({"bio": [BIO | {"count": "2"}]}, "109"),
        ({"bio": [BIO | {"bioSubType": ["Left Toe"]}]}, "500"),
        ({"bio": [BIO | {"previousHash": "00"}]}, "500"),
        ({"bio": []}, "500"),
        ({"bio": [BIO, BIO]}, "500"),
        ({"transactionId": "a b"}, "500"),
        ({"transactionId": 7}, "500"),
        ({"timeout": "soon"}, "500"),
        ({"specVersion": "0.1"}, "500"),
        ({"env": "Elsewhere"}, "500"),
        ({"purpose": "Auth"}, "503"),
        ({"bio": [BIO | {"bioSubType": ["Left RingFinger"]}]}, "101"),
    ],
)
def test_a_capture_that_cannot_be_is_refused_as_the_contract_has_it(
    ask: Asking, contract: Contract, change: dict[str, Any], code: str
) -> None:
    answer = ask("RCAPTURE", "/capture", REQUEST | change)
    contract.holds("ErrorCaptureResponseSchema", answer)
    assert answer["biometrics"][0]["error"]["errorCode"] == code


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 9999, b"\xff", b'{"bio": 7}'])
def test_what_is_no_request_is_refused(ask: Asking, contract: Contract, body: bytes) -> None:
    contract.holds("ErrorCaptureResponseSchema", ask("RCAPTURE", "/capture", body))


def test_a_page_of_another_origin_may_ask(ask: Asking) -> None:
    status, headers, _ = ask.raw("OPTIONS", "/capture")
    assert status == 204
    assert headers["Access-Control-Allow-Private-Network"] == "true"
    assert "RCAPTURE" in headers["Access-Control-Allow-Methods"]
    for verb, path in (
        ("MOSIPDISC", "/device"),
        ("MOSIPDINFO", "/info"),
        ("RCAPTURE", "/capture"),
        ("CAPTURE", "/capture"),
    ):
        assert ask.raw(verb, path)[1]["Access-Control-Allow-Origin"] == "*"
    assert [ask.raw("MOSIPDISC", "/capture")[0], ask.raw("GET", "/device")[0]] == [404, 501]


@pytest.mark.parametrize(
    ("play", "schema", "code"),
    [
        (Play.BUSY, "DeviceInfoBusyResponseSchema", "501"),
        (Play.NOT_READY, "DeviceInfoNotReadyResponseSchema", "502"),
        (Play.NOT_REGISTERED, "DeviceInfoNotRegisteredResponseSchema", "100"),
    ],
)
def test_a_device_that_can_take_none_says_so_until_it_can(
    folder: Path, identity: Identity, contract: Contract, play: Play, schema: str, code: str
) -> None:
    with served(folder, identity, play, Play.GOOD) as ask:
        (told,) = ask("MOSIPDINFO", "/info")
        said = json.loads(plain(told["deviceInfo"])) if play is Play.NOT_REGISTERED else signed(told["deviceInfo"])
        contract.holds(schema, [told | {"deviceInfoDecoded": said | {"digitalIdDecoded": signed(said["digitalId"])}}])
        contract.holds("DiscoverResponseSchema", ask("MOSIPDISC", "/device", {"type": "Finger"}))
        assert [ask.prints()[0]["error"]["errorCode"] for _ in range(2)] == [code, "0"]
        assert ask("MOSIPDISC", "/device", {"type": "Finger"})[0]["deviceStatus"] == "Ready"


def test_no_finger_and_a_poor_print_are_played(folder: Path, identity: Identity) -> None:
    with served(folder, identity, Play.NO_FINGER, Play.POOR) as ask:
        assert ask.prints()[0]["error"]["errorCode"] == "101"
        (poor,) = ask.prints()
    said = signed(poor["data"])
    pixels = decode_image(image_of(plain(said["bioValue"]))[1], resolution_ppi=500).pixels
    assert float(said["qualityScore"]) < 30
    assert np.mean(pixels == 255) > 0.8


@pytest.mark.slow
def test_of_a_poor_print_the_service_wants_another(tmp_path: Path, identity: Identity) -> None:
    print_of_all = Population(seed=5, impressions=EASY).impression(1, FingerPosition.RIGHT_INDEX, 1).image
    (tmp_path / "RIGHT_INDEX.png").write_bytes(encode_png(print_of_all))
    with served(tmp_path, identity, Play.GOOD, Play.POOR) as ask:
        played = [image_of(plain(signed(ask.prints()[0]["data"])["bioValue"]))[1] for _ in range(2)]
    biometrics = MatcherBiometrics(RidgeExtractor(), default_calibration())
    samples = (Sample(None, ImageSample(image, resolution_ppi=500)) for image in played)
    assert [biometrics.extract(sample).quality.usable for sample in samples] == [True, False]


def test_one_capture_at_a_time_and_the_end_ends_it(folder: Path, identity: Identity) -> None:
    found: list[str] = []
    with served(folder, identity, Play.SILENT) as ask:
        waiting = Thread(target=lambda: found.append(ask.prints()[0]["error"]["errorCode"]))
        waiting.start()
        while ask("MOSIPDISC", "/device", {"type": "Finger"})[0]["deviceStatus"] != "Busy":
            pass
        assert ask.prints()[0]["error"]["errorCode"] == "501"
    waiting.join()
    assert found == ["101"]


def test_a_print_for_authentication_is_read_by_its_recipient_only(
    folder: Path, identity: Identity, contract: Contract
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "server")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    asked: dict[str, Any] = {"purpose": "Auth", "domainUri": "https://counter.example"}
    with served(folder, identity, recipient=Recipient(certificate)) as ask:
        taken = ask.prints("CAPTURE", **asked)
        contract.holds("AuthCaptureResponseSchema", {"biometrics": [opened(each) for each in taken]})
        for verb, changed in (("RCAPTURE", dict[str, Any]()), ("CAPTURE", asked | {"purpose": "Registration"})):
            assert ask.prints(verb, **changed)[0]["error"]["errorCode"] == "503"
    said = signed(taken[0]["data"])
    session = key.decrypt(
        plain(taken[0]["sessionKey"]), padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    )
    stated, transaction = said["timestamp"].encode(), said["transactionId"].encode()
    mixed = bytes(a ^ b for a, b in zip(stated, transaction.rjust(len(stated), b"\0"), strict=True))
    record = AESGCM(session).decrypt(mixed[-12:], plain(said["bioValue"]), mixed[-16:])
    assert np.array_equal(decode_image(image_of(record)[1], resolution_ppi=500).pixels, rings(9))
    with pytest.raises(ValueError, match="PEM"):
        Recipient(b"none")
