"""OSIA's interfaces over a real server: what its description says, by the use cases that everybody has."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from idverify.client import Client
from tests.databases import Databases
from tests.e2e.harness import NUMBER, PROCEDURE, RunningServer, enrolment, local_settings, start_server
from tests.fakes import FakeBiometrics

Body = dict[str, Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[RunningServer]:
    settings = local_settings(
        tmp_path_factory.mktemp("data"), databases, http="127.0.0.1:0", osia=True, keep_images=True
    )
    running = start_server(settings, FakeBiometrics(images=True))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def abis(server: RunningServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"http://{server.http}/osia/abis", params={"transactionId": "t-1"}) as client:
        yield client


def finger(print_: str, subtype: str = "RIGHT_INDEX", **others: Any) -> Body:
    image = base64.b64encode(f"{print_}/{subtype}/80".encode()).decode()
    return {"biometricType": "FINGER", "biometricSubType": subtype, "image": image, **others}


def encounter(*fingers: Body, galleries: tuple[str, ...] = ("ALL",), **others: Any) -> Body:
    said = {"status": "ACTIVE", "encounterType": "registration", "galleries": list(galleries)}
    return said | {"biometricData": list(fingers)} | others


def sought(*fingers: Body) -> Body:
    return {"filter": {}, "biometricData": list(fingers)}


def candidates(abis: httpx2.Client, gallery: str, *fingers: Body) -> list[str]:
    told = abis.post(f"/v1/identify/{gallery}", json=sought(*fingers))
    assert told.status_code == 200, told.text
    return [each["personId"] for each in told.json()]


def put(abis: httpx2.Client, print_: str, *subtypes: str, galleries: tuple[str, ...] = ("ALL",)) -> str:
    """Put somebody in; return their id."""
    person = f"{print_}-{uuid.uuid4()}"
    body = encounter(*(finger(print_, each) for each in subtypes or ("RIGHT_INDEX",)), galleries=galleries)
    told = abis.post(f"/v1/persons/{person}/encounters/e1", json=body)
    assert (told.status_code, told.json()) == (200, {"personId": person, "encounterId": "e1"}), told.text
    return person


def test_what_is_given_comes_back_as_it_was(abis: httpx2.Client) -> None:
    data = finger("anna", impressionType="LIVE_SCAN_PLAIN", captureDate="2026-01-05T08:00:00+01:00")
    body = encounter(data, galleries=("VIP", "G"), biographicData={"dateOfBirth": "1985-11-30"}, clientData="AAEC")
    ids = abis.post("/v1/persons", json=body).json()
    path = f"/v1/persons/{ids['personId']}/encounters"
    told = abis.get(f"{path}/{ids['encounterId']}").json()
    times = {name: told.pop(name) for name in ("createdDate", "updatedDate")}
    assert times["createdDate"] == times["updatedDate"]
    assert told == body | {"encounterId": ids["encounterId"]}
    assert abis.get(path).json() == [told | times]
    (template,) = abis.get(f"{path}/{ids['encounterId']}/templates").json()
    assert (template["biometricSubType"], template["templateFormat"]) == ("RIGHT_INDEX", "ISO_19794_2")
    assert abis.get(f"{path}/{ids['encounterId']}/templates", params={"biometricSubType": "LEFT_INDEX"}).json() == []
    assert abis.get("/v1/galleries").json() == ["G", "VIP"]
    row = {"personId": ids["personId"], "encounterId": ids["encounterId"]}
    assert abis.get("/v1/galleries/VIP").json() == [row]
    assert abis.get("/v1/galleries/VIP", headers={"accept": "text/csv"}).text.splitlines() == [
        "PersonId,encounterId",
        f"{row['personId']},{row['encounterId']}",
    ]


def test_the_whole_way_of_a_person(abis: httpx2.Client) -> None:
    one, two = put(abis, "berta", galleries=("B",)), put(abis, "berta", "LEFT_THUMB", galleries=("B", "C"))
    assert candidates(abis, "B", finger("berta")) == [one]
    assert candidates(abis, "C", finger("berta", "LEFT_THUMB")) == [two]
    assert candidates(abis, "C", finger("berta")) == []
    assert abis.post(f"/v1/persons/{one}/merge/{two}").status_code == 409
    body = encounter(finger("berta", "LEFT_THUMB"), galleries=("C",))
    assert abis.post(f"/v1/persons/{two}/encounters/e2", json=body).status_code == 200
    assert abis.delete(f"/v1/persons/{two}/encounters/e1").status_code == 204
    assert abis.post(f"/v1/persons/{one}/merge/{two}").status_code == 204
    assert candidates(abis, "C", finger("berta", "LEFT_THUMB")) == [one]
    assert abis.get(f"/v1/persons/{two}/encounters").status_code == 404
    assert abis.post(f"/v1/identify/ALL/{one}", json={}).json() == []
    verified = abis.post(f"/v1/verify/ALL/{one}", json={"biometricData": [finger("berta")]}).json()
    assert (verified["decision"], verified["scores"][0]["biometricSubType"]) == (True, "RIGHT_INDEX")
    stranger = abis.post(f"/v1/verify/ALL/{one}", json={"biometricData": [finger("carl")]}).json()
    assert stranger["decision"] is False
    assert abis.put(f"/v1/persons/{one}/encounters/e1/status", params={"status": "INACTIVE"}).status_code == 204
    assert candidates(abis, "B", finger("berta")) == []
    assert abis.put(f"/v1/persons/{one}/encounters/e2/galleries", json=["D"]).status_code == 204
    assert candidates(abis, "D", finger("berta", "LEFT_THUMB")) == [one]
    three = put(abis, "berta", "RIGHT_RING")
    assert abis.post(f"/v1/persons/{three}/move/{one}/encounters/e2").status_code == 204
    assert candidates(abis, "D", finger("berta", "LEFT_THUMB")) == [three]
    assert abis.post(f"/v1/identify/ALL/{one}/encounters/e1", json={}).json() == []
    assert abis.put(f"/v1/persons/{one}/encounters/e1", json=encounter(finger("dora"))).status_code == 200
    assert candidates(abis, "ALL", finger("dora")) == [one]
    assert [abis.delete(f"/v1/persons/{each}").status_code for each in (one, three, one)] == [204, 204, 404]


def test_a_score_is_an_error_rate_and_a_threshold_narrows(abis: httpx2.Client) -> None:
    emil = put(abis, "emil")
    (found,) = abis.post("/v1/identify/ALL", json=sought(finger("emil"))).json()
    assert (found["personId"], found["rank"], found["score"]) == (emil, 1, 80.0)
    assert found["others"]["fpir"] < 1e-6
    assert abis.post("/v1/identify/ALL", json=sought(finger("emil")), params={"threshold": 81}).json() == []
    body = {"biometricData1": [finger("emil")], "biometricData2": [finger("emil")]}
    for threshold, decision in ((None, True), (80, True), (81, False), (-5, True)):
        asked = {} if threshold is None else {"threshold": threshold}
        assert abis.post("/v1/verify", json=body, params=asked).json()["decision"] is decision


def test_a_repeated_request_is_one(abis: httpx2.Client) -> None:
    body, key = encounter(finger("frida")), {"idempotency-key": str(uuid.uuid4())}
    first = abis.post("/v1/persons", json=body, headers=key)
    assert abis.post("/v1/persons", json=body, headers=key).json() == first.json()
    assert len(candidates(abis, "ALL", finger("frida"))) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (encounter(), "FIELD_MISSING"),
        (encounter(finger("x"), galleries=()), "galleries"),
        (encounter(finger("x"), galleries=("A", "A")), "galleries"),
        (encounter(finger("x")) | {"status": "DEAD"}, "status"),
        (encounter(finger("x")) | {"other": 1}, "not known"),
        (encounter(finger("x") | {"biometricType": "FACE"}), "no other modality"),
        (encounter(finger("x", "LEFT_FULL_PALM")), "biometricSubType"),
        (encounter(finger("x") | {"image": "%"}), "base64"),
        (encounter({"biometricType": "FINGER", "imageRef": "http://10.0.0.1/x"}), "not fetched"),
        (encounter({"biometricType": "FINGER"}), "neither"),
        (encounter(finger("x", captureDate="yesterday")), "captureDate"),
        (encounter(finger("x", width="5")), "width"),
        (encounter(finger("x"), createdDate=5), "createdDate"),
        (encounter(finger("x"), encryption={"type": "JWE", "scope": "$"}), "encryption"),
        ([], "object"),
    ],
)
def test_what_is_wrong_is_named(abis: httpx2.Client, body: Any, said: str) -> None:
    told = abis.post("/v1/persons", json=body)
    assert (told.status_code, told.json()["code"]) == (400, 400)
    assert said in told.json()["message"]


def test_what_is_refused_has_a_status_that_the_description_knows(abis: httpx2.Client, server: RunningServer) -> None:
    greta = put(abis, "greta")
    path = f"/v1/persons/{greta}/encounters/e1"
    assert abis.post(path, json=encounter(finger("greta"))).status_code == 409
    assert abis.get("/v1/persons/nobody/encounters").status_code == 404
    assert abis.put("/v1/persons/nobody/encounters/e1/status", params={"status": "ACTIVE"}).status_code == 400
    assert abis.put(f"{path}/status", params={"status": "GONE"}).status_code == 400
    assert abis.post("/v1/persons", content=b"{", headers={"content-type": "application/json"}).status_code == 400
    assert abis.post("/v1/persons", content=b"{}", headers={"content-type": "text/plain"}).status_code == 400
    for query in ({"offset": "-1"}, {"limit": "0"}, {"limit": "x"}, {"priority": "high"}):
        assert abis.get("/v1/galleries/ALL", params=query).status_code == 400
    body = sought(finger("greta")) | {"filter": {"dateOfBirthMin": "1980-01-01"}}
    assert abis.post("/v1/identify/ALL", json=body).status_code == 400
    body = sought(finger("greta")) | {"filter": {"biometricType": ["FACE"]}}
    assert abis.post("/v1/identify/ALL", json=body).status_code == 400
    assert abis.post("/v1/identify/ALL", json=sought(finger("greta")), params={"threshold": "nan"}).status_code == 400
    bare = httpx2.get(f"http://{server.http}/osia/abis/v1/galleries")
    assert (bare.status_code, "transactionId" in bare.text) == (400, True)
    assert abis.get("/v1/galleries", params={"transactionId": ""}).status_code == 200
    assert [abis.get("/v1/tasks/t/status").status_code, abis.post("/v1/tasks/t/redeliver").status_code] == [404, 404]
    wrong = abis.delete("/v1/galleries")
    assert (wrong.status_code, sorted(wrong.headers["allow"].split(", "))) == (405, ["GET", "HEAD"])
    assert wrong.json()["code"] == 405
    assert httpx2.get(f"http://{server.http}/osia/id/v1/identify/t").status_code == 501
    assert httpx2.post(f"http://{server.http}/osia/id/v1/attributes/1").json()["code"] == 501


def test_what_is_not_there_is_said_in_the_words_of_the_interface(abis: httpx2.Client, server: RunningServer) -> None:
    for path in ("/osia/abis/v1/nothing", "/osia/abis/", "/osia/id/v2/verify"):
        nothing = httpx2.post(f"http://{server.http}{path}")
        assert (nothing.status_code, set(nothing.json()), nothing.json()["code"]) == (404, {"code", "message"}, 404)
    assert abis.get("/v1/galleries", params={"transactionId": "t" * 64}).status_code == 200
    assert abis.get("/v1/galleries", params={"transactionId": "t" * 65}).status_code == 400


@pytest.mark.parametrize("key", ["027084000999", "A" * 5000, "\xff", "6f1c2c1e-6f7e-4f8e-9d8e-1a2b3c4d5e6f\x20x"])
def test_what_repeats_a_request_is_a_uuid(abis: httpx2.Client, key: str) -> None:
    path = f"/v1/persons/{uuid.uuid4()}/encounters/e1"
    told = abis.post(path, json=encounter(finger("anna")), headers={b"Idempotency-Key": key.encode("latin-1")})
    assert (told.status_code, told.json()["message"][:13]) == (400, "FIELD_INVALID"), told.text


def test_an_identifier_in_a_table_is_no_formula(abis: httpx2.Client) -> None:
    for encounter_id in ("=1+1", "-2", "@x", "＝1"):
        body = encounter(finger("gina"), galleries=("FORMULAS",))
        assert abis.post(f"/v1/persons/{uuid.uuid4()}/encounters/{encounter_id}", json=body).status_code == 200
    rows = abis.get("/v1/galleries/FORMULAS", headers={"accept": "text/csv"}).text.splitlines()[1:]
    assert [row.split(",")[1] for row in rows] == ["'=1+1", "'-2", "'@x", "'＝1"]


def test_a_relying_party_is_told_of_whom_it_is_sure_and_for_a_procedure(server: RunningServer) -> None:
    with Client(server.address) as client:
        made = enrolment(who="lena")
        client.enrol(NUMBER, made.personal_data, made.samples)
        client.put_record(NUMBER, "residence", '{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}}')
    with httpx2.Client(base_url=f"http://{server.http}/osia/id", params={"transactionId": "t-1"}) as party:

        def identify(attributes: Body, name: str = PROCEDURE) -> httpx2.Response:
            return party.post("/v1/identify", json={"attributeSet": attributes, "outputAttributeSetName": name})

        lena = {"biometricData": [finger("lena"), finger("lena", "LEFT_INDEX")]}
        verified = party.post(f"/v1/verify/{NUMBER}", json={"biometricData": [finger("lena", quality=71)]}).json()
        assert verified == {"verificationCode": 1, "verificationMessage": "MATCH"}
        told = identify(lena)
        assert told.status_code == 200, told.text
        (given,) = told.json()
        assert given["biographicData"]["residence"] == {
            "permanent_address": {"commune": "Kinh Bắc", "province": "Bắc Ninh"}
        }
        assert identify({"biometricData": [finger("nobody")]}).json() == []
        unknown = identify(lena, "9.9")
        assert (unknown.status_code, unknown.json()["message"][:19]) == (404, "PROCEDURE_NOT_FOUND")
        assert [identify(lena, name).status_code for name in ("", "x" * 65)] == [400, 400]
        assert identify(lena | {"biographicData": {"firstName": "Lena"}}).status_code == 400
