"""What a relying party is told of a search."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.errors import Reason
from idverify.domain.model import FingerPosition, Likeness
from idverify.osia.relying_party import RelyingParty
from idverify.osia.requests import packed_request
from idverify.ports import Hit, SearchResult
from tests.fakes import FakeBiometrics
from tests.service_kit import AN, World, prints_of, refused
from tests.unit.idverify.services.test_identification_service import ToldGallery

INDEX = FingerPosition.RIGHT_INDEX


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, FakeBiometrics(images=True))
    yield world
    world.store.close()


def identify(world: World, found: SearchResult) -> bytes:
    searching = replace(world.identification, gallery=ToldGallery(result=found))
    method = RelyingParty(world.verification, searching).methods()["identify"]
    image = base64.b64encode(f"{uuid.uuid4()}/RIGHT_INDEX/80".encode()).decode()
    finger = {"biometricType": "FINGER", "biometricSubType": "RIGHT_INDEX", "image": image}
    body = {"attributeSet": {"biometricData": [finger]}, "outputAttributeSetName": "1.000656"}
    request = method.read(packed_request(str(uuid.uuid4()), {}, [("transactionId", "t")], json.dumps(body).encode()))
    call = replace(world.call("identify"), context=replace(request.context, procedure_code=""))
    return method.run(call, request).partition(b"\n")[2]


def test_where_a_part_was_searched_nobody_found_is_refused(world: World) -> None:
    an = world.enrol(AN, prints_of("an", INDEX))
    with refused(Reason.GALLERY_INCOMPLETE):
        identify(world, SearchResult((), 0, 0.0))
    assert json.loads(identify(world, SearchResult((), 1))) == []
    hit = (Hit(an, INDEX, Likeness(1e-9, 90.0)),)
    assert json.loads(identify(world, SearchResult(hit, 1, 0.5))) == []  # a match, and no procedure to tell of
