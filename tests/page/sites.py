"""The service with its pages, with prints that are lines of text: a file ``alice/RIGHT_INDEX/80`` is an impression."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
from google.protobuf.json_format import MessageToDict

from idverify.client import Client
from idverify.domain.model import Features, MinutiaeSample, Sample
from idverify.v1 import clients_pb2
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.types import FingerPosition, Template
from tests.e2e.harness import NUMBER, OTHER_NUMBER, RunningServer, enrolment, local_settings, start_server
from tests.fakes import FakeBiometrics
from tests.token_kit import BY_ASSERTION, KeyHolder

DOSSIER = "H05.12-261126-0001"
BIRTH, BUSINESS = "1.001193", "1.001612"
MARKUP = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


LENIENT: dict[str, Any] = {
    "code": "2.111111",
    "title": "Thủ tục có ngoại lệ",
    "agency": "Ủy ban nhân dân cấp xã",
    "target_fmr": 1e-4,
    "legal_basis": "Luật thử",
    "exceptions_allowed": True,
    "records": [
        {"record_type": "identity", "fields": ["full_name"], "required": True, "replaced_paper": "Bản sao thẻ căn cước"}
    ],
}
"""A procedure for which two officers may vouch."""

_JPEG_2000 = b"\0\0\0\x0cjP"


class DrawnPrints(FakeBiometrics):
    """Prints that are lines of text, of which some minutiae are told all the same, to be drawn.

    Whatever a scanner took is the citizen's.
    """

    def extract(self, sample: Sample) -> Features:
        if sample.content.data.startswith(_JPEG_2000):
            sample = replace(sample, content=MinutiaeSample(b"alice/RIGHT_INDEX/80"))
        return super().extract(sample)

    def to_iso_minutiae(self, features: Features) -> bytes:
        x, y = np.meshgrid(np.linspace(80, 220, 5), np.linspace(100, 300, 5))
        count = x.size
        template = Template(
            x=x.ravel().astype(np.float32),
            y=y.ravel().astype(np.float32),
            angle=np.linspace(-3, 3, count, dtype=np.float32),
            kind=np.ones(count, np.uint8),
            width=300,
            height=400,
            quality=np.full(count, 0.9, np.float32),
            extractor=self.extractor_id,
        )
        return write_record(template_to_record(template, FingerPosition.RIGHT_INDEX, finger_quality=80))


def start_site(folder: Path, **settings: Any) -> RunningServer:
    """Start the service with its door of HTTP on a free port."""
    made = local_settings(folder / "data", None, **{"http": "127.0.0.1:0", "scanner_ports": ""} | settings)
    return start_server(made, DrawnPrints(images=True))


def enrol(url: str, folder: Path, **options: Any) -> None:
    """Enrol the citizen, and write files of prints: good and poor ones, of the citizen and of somebody else."""
    with httpx2.Client(base_url=url, **options) as client:
        assert client.post("/v1/citizens", json=MessageToDict(enrolment())).status_code == 200
        for name in ("alice", "bob"):
            for score in (80, 5):
                (folder / f"{name}-{score}.png").write_text(f"{name}/RIGHT_INDEX/{score}", "utf-8")


def enrol_other(url: str) -> None:
    """Enrol another citizen."""
    with httpx2.Client(base_url=url) as client:
        other = MessageToDict(enrolment(OTHER_NUMBER, "carol"))
        assert client.post("/v1/citizens", json=other).status_code == 200


def set_pin(url: str, pin: str) -> None:
    """Set the PIN of the citizen, by their finger."""
    sample = {
        "fingerPosition": "FINGER_POSITION_RIGHT_INDEX",
        "iso1979422005": base64.b64encode(b"alice/RIGHT_INDEX/81").decode(),
    }
    request = {"citizenNumber": NUMBER, "samples": [sample], "pin": pin}
    with httpx2.Client(base_url=url) as client:
        answer = client.post("/v1/citizens:setPin", json=request, headers={"idempotency-key": str(uuid.uuid4())})
        assert answer.json()["pinSet"], answer.text


def put_record(url: str, record_type: str, content: dict[str, Any], **options: Any) -> None:
    """Put a record of the citizen."""
    request = {"citizenNumber": NUMBER, "recordType": record_type, "json": json.dumps(content)}
    with httpx2.Client(base_url=url, **options) as client:
        answer = client.post("/v1/records", json=request, headers={"idempotency-key": str(uuid.uuid4())})
        assert answer.status_code == 200, answer.text


def import_procedures(url: str, *procedures: dict[str, Any], **options: Any) -> None:
    """Add procedures to the catalogue."""
    content = base64.b64encode(json.dumps({"procedures": procedures}).encode()).decode()
    request = {"format": "CATALOGUE_FORMAT_JSON", "content": content}
    with httpx2.Client(base_url=url, **options) as client:
        answer = client.post("/v1/catalogue:import", json=request, headers={"idempotency-key": str(uuid.uuid4())})
        assert answer.status_code == 200, answer.text


def asked_by_portal(site: RunningServer, procedure: str) -> None:
    """Register a portal, and have it ask that the citizen proves who they are."""
    portal = KeyHolder("portal")
    key = clients_pb2.ClientKey(jwk_json=portal.jwk)
    key.expire_time.FromDatetime(datetime.now(UTC) + timedelta(days=1))
    entitlement = clients_pb2.Entitlement(procedure_code=procedure)
    with Client(site.address) as client:
        client.register_client(
            clients_pb2.Client(name="portal", roles=["CLIENT_ROLE_PORTAL"], keys=[key], entitlements=[entitlement])
        )
    form = {
        "client_assertion_type": BY_ASSERTION,
        "client_assertion": portal.assertion(datetime.now(UTC), aud=site.settings.issuer),
        "scope": "openid",
        "login_hint": NUMBER,
        "binding_message": procedure,
    }
    answer = httpx2.post(f"http://{site.http}/oauth2/bc-authorize", data=form)
    assert answer.status_code == 200, answer.text
