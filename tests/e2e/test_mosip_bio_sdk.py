"""MOSIP's Bio-SDK at the HTTP door: answers as its compliance toolkit wants them, decisions of the use cases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import PIL.Image
import pytest

from enroll_tools.synthetic.prints.impression import make_impression
from enroll_tools.synthetic.prints.master import make_master
from idverify.bootstrap import build
from idverify.domain.errors import SettingsError
from matcher.images.decoding import encode_png
from tests.e2e.harness import RunningServer, local_settings, start_server
from tests.fakes import FakeBiometrics
from tests.mosip_kit import bio_sdk, prints, record, require_valid, schema, segment

SDK = "mosip-bio-sdk"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("bio-sdk") / "data"
    settings = local_settings(data, http="127.0.0.1:0", mosip_sdk=True)
    running = start_server(settings, FakeBiometrics(images=True))
    yield running
    running.stop()


def ask(server: RunningServer, path: str, body: object) -> Any:
    answer = bio_sdk(server.http, path, body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["errors"] == []
    return told


def status(told: Any) -> tuple[int, str]:
    response = told["response"]
    assert response["response"] is None
    return response["statusCode"], response["statusMessage"]


def test_it_says_that_it_runs_and_what_it_can(server: RunningServer) -> None:
    for path in ("", "/"):
        assert httpx2.get(f"http://{server.http}/biosdk-service{path}").text.startswith("Service is running... ")
    told = ask(server, "init", {"initParams": {"a": "b"}})
    assert told["response"]["supportedModalities"] == ["FINGER"]
    require_valid(told, SDK, "InitSDKResponseSchema")


def test_the_quality_of_fingers_is_their_mean(server: RunningServer) -> None:
    sample = prints("alice/RIGHT_INDEX/70", "alice/LEFT_INDEX/50")
    told = ask(server, "check-quality", {"sample": sample, "modalitiesToCheck": ["FINGER", "FACE"], "flags": {}})
    scores = told["response"]["response"]["scores"]
    assert (scores["FINGER"]["score"], scores["FINGER"]["errors"]) == (60.0, [])
    assert scores["FACE"]["errors"]
    require_valid(told, SDK, "CheckQualityResponseSchema")


def test_each_of_the_gallery_is_decided_by_its_own_fingers(server: RunningServer) -> None:
    gallery = [
        prints("alice/RIGHT_INDEX/64", "alice/LEFT_INDEX/50"),
        prints("bob/RIGHT_INDEX/70"),
        prints("alice/LEFT_THUMB/70"),
        prints("alice/RIGHT_INDEX/3"),
        record(segment(b"face", "", "Face")),
    ]
    body = {"sample": prints("alice/RIGHT_INDEX/70"), "gallery": gallery, "modalitiesToMatch": ["Finger"], "flags": {}}
    told = ask(server, "match", body)
    decisions = told["response"]["response"]
    assert [each["galleryIndex"] for each in decisions] == [0, 1, 2, 3, 4]
    fingers = [each["decisions"]["FINGER"] for each in decisions]
    assert [each["match"] for each in fingers] == ["MATCHED", "NOT_MATCHED", "NOT_MATCHED", "ERROR", "NOT_MATCHED"]
    assert [bool(each["errors"]) for each in fingers] == [False, False, True, True, True]
    require_valid(told, SDK, "MatchResponseSchema")


def test_the_threshold_is_a_false_match_rate(server: RunningServer) -> None:
    body = {"sample": prints("alice/RIGHT_INDEX/70"), "gallery": [prints("alice/RIGHT_INDEX/64")]}
    for stated, code in (("0.001", 200), ("0.5", 401), ("high", 401), (0.001, 401)):
        told = ask(server, "match", {**body, "flags": {"targetFMR": stated}})
        assert told["response"]["statusCode"] == code
    assert "1e-6" in status(ask(server, "match", {**body, "flags": {"targetFMR": "0.5"}}))[1]


def test_one_event_says_how_many_were_compared(server: RunningServer) -> None:
    gallery = [prints("alice/RIGHT_INDEX/64"), prints("bob/RIGHT_INDEX/70")]
    ask(server, "match", {"sample": prints("alice/RIGHT_INDEX/70"), "gallery": gallery})
    with server.application.store.reading() as view:
        (last,) = view.audit.page(view.audit.head().sequence - 1, 1)
    assert (last.entry.action, last.entry.outcome) == ("CompareSamples", "MATCH")
    assert {"compared": 2, "matched": 1}.items() <= last.entry.details.items()


def test_templates_are_iso_records_of_the_same_fingers(server: RunningServer) -> None:
    sample = prints("alice/RIGHT_INDEX/70", "alice/LEFT_THUMB/70")
    told = ask(server, "extract-template", {"sample": sample, "modalitiesToExtract": ["FINGER"], "flags": {}})
    require_valid(told, SDK, "ExtractTemplateResponseSchema")
    segments = told["response"]["response"]["segments"]
    assert [each["bdbInfo"]["subtype"] for each in segments] == [["Right", "IndexFinger"], ["Left", "Thumb"]]
    assert bytes(number & 0xFF for number in segments[0]["bdb"]) == b"FMRalice/RIGHT_INDEX/70"
    assert {each["bdbInfo"]["level"] for each in segments} == {"PROCESSED"}


def test_images_change_their_form_and_nothing_else(server: RunningServer) -> None:
    body = {"sourceFormat": "ISO19794_4_2011", "targetFormat": "IMAGE/PNG", "modalitiesToConvert": ["FINGER"]}
    told = ask(server, "convert-format", {"sample": prints("alice/RIGHT_INDEX/70"), **body})
    require_valid(told, SDK, "ConvertResponseSchema")
    (one,) = told["response"]["response"]["segments"]
    assert bytes(number & 0xFF for number in one["bdb"]) == b"IMAGE/PNG alice/RIGHT_INDEX/70"
    for wrong in ({"targetFormat": "IMAGE/GIF"}, {"sourceFormat": "ISO19794_5_2011"}, {"sourceFormat": 7}):
        assert status(ask(server, "convert-format", {"sample": prints("a/RIGHT_INDEX/70"), **body, **wrong}))[0] == 401
    del body["targetFormat"]
    assert status(ask(server, "convert-format", {"sample": prints("a/RIGHT_INDEX/70"), **body}))[0] == 402


def _satisfiable(segments: dict[str, Any]) -> dict[str, Any]:
    """Return the schema without what nothing meets: of what succeeds, it forbids all but segments and requires more."""
    succeeded, *_ = segments["properties"]["response"]["allOf"]
    del succeeded["then"]["properties"]["response"]["additionalProperties"]
    return segments


HAND = "Left IndexFinger Left MiddleFinger Left RingFinger Left LittleFinger"


@pytest.mark.parametrize(
    ("subtype", "gone", "found"),
    [
        (HAND, [], ["Left IndexFinger", "Left MiddleFinger", "Left RingFinger", "Left LittleFinger"]),
        ("Left", ["Left RingFinger"], ["Left IndexFinger", "Left MiddleFinger", "Left LittleFinger"]),
        ("Right Thumb Left Thumb", [], ["Right Thumb", "Left Thumb"]),
        ("Right Thumb", [], ["Right Thumb"]),
    ],
)
def test_a_slap_is_cut_into_its_fingers(server: RunningServer, subtype: str, gone: list[str], found: list[str]) -> None:
    lines = b"\n".join(b"alice/%d/70" % number for number in range(len(found)))
    missing = [segment(b"", finger, others={"EXCEPTION": "true"}) for finger in gone]
    told = ask(server, "segment", {"sample": record(segment(lines, subtype), *missing), "flags": {}})
    jsonschema.Draft201909Validator(_satisfiable(schema(SDK, "SegmentResponseSchema"))).validate(told)
    assert [each["bdbInfo"]["subtype"] for each in told["response"]["response"]["segments"]] == [[one] for one in found]


FACE = record(segment(b"face", "", "Face"))
REFUSED: dict[str, tuple[Any, int]] = {
    "nothing": ({}, 402),
    "empty": ({"sample": record()}, 404),
    "a face": ({"sample": FACE}, 404),
    "only exceptions": ({"sample": record(segment(b"", "Right Thumb", others={"EXCEPTION": "true"}))}, 404),
    "no record": ({"sample": "x"}, 401),
    "no print": ({"sample": record(segment(b"what"))}, 401),
    "encrypted": ({"sample": record({**segment(b"x"), "bdbInfo": {"type": ["Finger"], "encryption": True}})}, 401),
    "of many": ({"sample": prints(*["alice/RIGHT_INDEX/70"] * 21)}, 401),
    "of face alone": ({"sample": prints("alice/RIGHT_INDEX/70"), "modalities": ["FACE"]}, 401),
    "of no modality": ({"sample": prints("alice/RIGHT_INDEX/70"), "modalities": ["EAR"]}, 401),
}
SCHEMAS = {
    "check-quality": ("modalitiesToCheck", "CheckQualityNullResponseSchema"),
    "match": ("modalitiesToMatch", "MatchNullResponseSchema"),
    "extract-template": ("modalitiesToExtract", "ExtractTemplateNullResponseSchema"),
    "convert-format": ("modalitiesToConvert", "ConvertNullResponseSchema"),
    "segment": ("modalitiesToSegment", ""),
}


@pytest.mark.parametrize("path", SCHEMAS)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_missing_or_wrong_has_its_status(server: RunningServer, path: str, name: str) -> None:
    body, code = REFUSED[name]
    if path == "segment" and name == "no print":
        return  # of one finger: it is given back unread
    asked = dict(body)
    modalities, null = SCHEMAS[path]
    asked[modalities] = asked.pop("modalities", ["FINGER"])
    rest: dict[str, Any] = {"gallery": [prints("bob/RIGHT_INDEX/70")]} if path == "match" else {}
    rest |= {"sourceFormat": "ISO19794_4_2011", "targetFormat": "IMAGE/PNG"} if path == "convert-format" else {}
    if path == "convert-format" and name == "no print":
        return  # the fake matcher writes whatever it is given
    told = ask(server, path, {**asked, **rest})
    assert status(told)[0] == code, told
    if null:
        require_valid(told, SDK, null)


def test_a_poor_print_is_no_template_and_a_valid_quality(server: RunningServer) -> None:
    poor = {"sample": prints("alice/RIGHT_INDEX/3")}
    assert status(ask(server, "extract-template", poor))[0] == 406
    assert ask(server, "check-quality", poor)["response"]["statusCode"] == 200


def test_a_gallery_is_an_array_of_bounded_size(server: RunningServer) -> None:
    sample = prints("alice/RIGHT_INDEX/70")
    assert status(ask(server, "match", {"sample": sample}))[0] == 402
    assert status(ask(server, "match", {"sample": sample, "gallery": {}}))[0] == 402
    assert status(ask(server, "match", {"sample": sample, "gallery": "x"}))[0] == 401
    assert status(ask(server, "match", {"sample": sample, "gallery": [sample], "flags": ["a"]}))[0] == 401
    many = [prints("bob/RIGHT_INDEX/70")] * 101
    assert status(ask(server, "match", {"sample": sample, "gallery": many}))[0] == 401


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "INVALID_REQUEST_BODY"),
        (b"[]", "INVALID_REQUEST_BODY"),
        (b'{"version": 1, "request": "e30="}', "INVALID_REQUEST_BODY"),
        (b'{"version": "1.0"}', "INVALID_REQUEST_BODY"),
        (b'{"version": "1.0", "request": "***"}', "INVALID_REQUEST_BODY"),
        (b'{"version": "1.0", "request": "e3s="}', "INVALID_REQUEST_BODY"),
        (b'{"version": "2.0", "request": "e30="}', "BIO_SDK_001"),
    ],
)
def test_an_envelope_that_does_not_open_is_an_error_of_the_service(
    server: RunningServer, content: bytes, code: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = httpx2.post(f"http://{server.http}/biosdk-service/match", content=content, headers=headers)
    assert (answer.status_code, answer.json()["response"]) == (200, None)
    assert [each["code"] for each in answer.json()["errors"]] == [code]


def test_what_http_refuses_is_refused(server: RunningServer) -> None:
    root = f"http://{server.http}/biosdk-service"
    assert httpx2.post(f"{root}/match", content=b"x", headers={"content-type": "text/plain"}).status_code == 415
    large = httpx2.post(f"{root}/init", content=b" " * (17 << 20), headers={"content-type": "application/json"})
    assert (large.status_code, large.json()["errors"][0]["code"]) == (400, "REQUEST_TOO_LARGE")
    assert large.json()["response"] is None


def test_it_is_off_unless_it_is_asked_for_and_needs_the_door(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="mosip_sdk needs http"):
        local_settings(tmp_path / "none", mosip_sdk=True)
    running = start_server(local_settings(tmp_path / "data", http="127.0.0.1:0"))
    try:
        assert bio_sdk(running.http, "init", {}).status_code == 404
    finally:
        running.stop()


@pytest.mark.slow
def test_real_prints_are_cut_converted_extracted_and_matched(tmp_path: Path) -> None:
    settings = local_settings(tmp_path / "data", http="127.0.0.1:0", mosip_sdk=True, extractor="ridge")
    running = RunningServer(settings, build(settings)).start()
    try:
        image, again, other = (
            encode_png(make_impression(make_master(person), seed).image) for person, seed in ((1, 1), (1, 2), (2, 1))
        )
        sample = record(segment(image))
        told = ask(running, "extract-template", {"sample": sample})
        require_valid(told, SDK, "ExtractTemplateResponseSchema")
        template = told["response"]["response"]
        body = {"sample": record(segment(again)), "gallery": [template, record(segment(other))]}
        matched = [each["decisions"]["FINGER"]["match"] for each in ask(running, "match", body)["response"]["response"]]
        assert matched == ["MATCHED", "NOT_MATCHED"]
        form = {"sourceFormat": "ISO19794_4_2011", "targetFormat": "ISO19794_4_2011/JPEG"}
        told = ask(running, "convert-format", {"sample": sample, **form})
        (kept,) = told["response"]["response"]["segments"]
        assert bytes(number & 0xFF for number in kept["bdb"]).startswith(b"FIR\x00020\x00")
        sample, form["targetFormat"] = record(kept), "IMAGE/JPEG"
        told = ask(running, "convert-format", {"sample": sample, **form})
        (one,) = told["response"]["response"]["segments"]
        jpeg = PIL.Image.open(io.BytesIO(bytes(number & 0xFF for number in one["bdb"])))
        assert (jpeg.format, jpeg.size) == ("JPEG", PIL.Image.open(io.BytesIO(image)).size)
    finally:
        running.stop()
