"""The operations of an ABIS as methods of the dispatch, each by one use case."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from idverify.dispatch.method import SMALL_REQUEST, Method
from idverify.domain.model import Decision, FingerPosition, Likeness
from idverify.domain.references import Given, ReferenceKey, Scope
from idverify.osia.answers import answer
from idverify.osia.bodies import ENCOUNTER, FILTER, FINGER, GALLERIES, IDENTIFY, SUBTYPE, TYPE, VERIFY, VERIFY_BOTH
from idverify.osia.fingers import computed, shown_of, with_buffers, without_buffers
from idverify.osia.requests import PROGRAMME, OsiaRequest, reader
from idverify.osia.shapes import Check, invalid
from idverify.rpc.methods import bytes_of_samples
from idverify.services.calls.call import Call
from idverify.services.identification import DEFAULT_CANDIDATES, MOST_CANDIDATES
from idverify.services.references.keeping import ReferenceService, in_galleries, in_state
from idverify.services.references.reading import ReadEncounter, ReferenceReading
from idverify.services.references.searching import (
    FoundReferences,
    ReferenceSearch,
    Sought,
    VerifiedReference,
)

SERVICE = "osia.abis"
NOTHING = b"204\n"
"""An answer without content."""
_BASE64 = 1.5
_LARGE = int(bytes_of_samples(20) * _BASE64)
_MOST_ROWS = 1000
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_FMR = (1e-6, 1e-2)


@dataclass(frozen=True, slots=True)
class Abis:
    """Answers the operations.

    Attributes:
        keeping, reading, search: the use cases.
    """

    keeping: ReferenceService
    reading: ReferenceReading
    search: ReferenceSearch

    def methods(self) -> dict[str, Method[OsiaRequest]]:
        """Return the methods by operation id."""
        operations: dict[str, tuple[Callable[[Call, OsiaRequest], bytes], Check | None]] = {
            "createEncounterNoIds": (self._create, ENCOUNTER),
            "createEncounterNoId": (self._create, ENCOUNTER),
            "createEncounter": (self._create, ENCOUNTER),
            "readAllEncounters": (self._read_all, None),
            "readEncounter": (self._read_one, None),
            "updateEncounter": (self._update, ENCOUNTER),
            "deleteEncounter": (self._delete, None),
            "deleteAll": (self._delete, None),
            "mergeEncounter": (self._merge, None),
            "moveEncounter": (self._move, None),
            "updateEncounterStatus": (self._status, None),
            "updateEncounterGalleries": (self._galleries, GALLERIES),
            "readTemplate": (self._templates, None),
            "identify": (self._identify, IDENTIFY),
            "identifyFromId": (self._identify, FILTER),
            "identifyFromEncounterId": (self._identify, FILTER),
            "verifyFromId": (self._verify, VERIFY),
            "verifyFromBio": (self._compare, VERIFY_BOTH),
            "readGalleries": (self._gallery_names, None),
            "readGalleryContent": (self._gallery_content, None),
        }
        return {name: method(SERVICE, name, run, body) for name, (run, body) in operations.items()}

    def _create(self, call: Call, request: OsiaRequest) -> bytes:
        key = ReferenceKey(PROGRAMME, request.path.get("personId") or str(uuid.uuid4()))
        given = _given(request.path.get("encounterId") or str(uuid.uuid4()), request.body)
        new = "personId" not in request.path
        return self.keeping.insert(call, key, given, shown_of(request.body["biometricData"]), _ids, new_person=new)

    def _update(self, call: Call, request: OsiaRequest) -> bytes:
        given = _given(request.path["encounterId"], request.body)
        return self.keeping.replace(call, request.key(), given, shown_of(request.body["biometricData"]), _ids)

    def _read_all(self, call: Call, request: OsiaRequest) -> bytes:
        return answer([_told(each) for each in self.reading.read(call, request.key())])

    def _read_one(self, call: Call, request: OsiaRequest) -> bytes:
        (found,) = self.reading.read(call, request.key(), request.path["encounterId"])
        return answer(_told(found))

    def _delete(self, call: Call, request: OsiaRequest) -> bytes:
        return self.keeping.delete(call, request.key(), request.path.get("encounterId"), lambda: NOTHING)

    def _merge(self, call: Call, request: OsiaRequest) -> bytes:
        target, source = request.key("personIdTarget"), request.key("personIdSource")
        return self.keeping.merge(call, target, source, lambda: NOTHING)

    def _move(self, call: Call, request: OsiaRequest) -> bytes:
        target, source = request.key("personIdTarget"), request.key("personIdSource")
        return self.keeping.move(call, target, source, request.path["encounterId"], lambda: NOTHING)

    def _status(self, call: Call, request: OsiaRequest) -> bytes:
        status = request.query.get("status")
        if status not in {"ACTIVE", "INACTIVE"}:
            raise invalid("status", "must be ACTIVE or INACTIVE")
        change = in_state(status == "ACTIVE")
        return self.keeping.change(call, request.key(), request.path["encounterId"], change, _nothing)

    def _galleries(self, call: Call, request: OsiaRequest) -> bytes:
        change = in_galleries(tuple(request.body))
        return self.keeping.change(call, request.key(), request.path["encounterId"], change, _nothing)

    def _templates(self, call: Call, request: OsiaRequest) -> bytes:
        for name, check in (("biometricType", TYPE), ("biometricSubType", SUBTYPE)):
            if name in request.query:
                check(request.query[name], name)
        (found,) = self.reading.read(call, request.key(), request.path["encounterId"])
        wanted = request.query.get("biometricSubType")
        of_fingers = request.query.get("biometricType", FINGER) == FINGER and "instance" not in request.query
        told = [computed(f) for f in found.fingers if of_fingers and wanted in {None, f.position.name}]
        return answer(told)

    def _identify(self, call: Call, request: OsiaRequest) -> bytes:
        scope = Scope(PROGRAMME, request.path["galleryId"])
        if "personId" in request.path:
            filters, sought = request.body, Sought(key=request.key(), encounter_id=request.path.get("encounterId"))
        else:
            filters = request.body["filter"]
            sought = Sought(shown_of(request.body["biometricData"]))
        most, least = request.whole("maxNbCand"), request.number("threshold")
        if set(filters) - {"biometricType"}:
            raise invalid("filter", "may name biometricType only: other filters are not applied, and none is ignored")
        if filters.get("biometricType") and FINGER not in filters["biometricType"]:
            raise invalid("filter.biometricType", "must have FINGER: no other modality is held here")
        limit = DEFAULT_CANDIDATES if most is None else min(most, MOST_CANDIDATES)

        def told(found: FoundReferences) -> bytes:
            return answer([c for c in _candidates(found) if least is None or c["score"] >= least])

        return self.search.identify(call, scope, sought, limit, None, told)

    def _verify(self, call: Call, request: OsiaRequest) -> bytes:
        scope, shown = Scope(PROGRAMME, request.path["galleryId"]), shown_of(request.body["biometricData"])
        target, told = _threshold(request)
        return self.search.verify(call, scope, request.key(), shown, target, told)

    def _compare(self, call: Call, request: OsiaRequest) -> bytes:
        one, other = (shown_of(request.body[name], name) for name in ("biometricData1", "biometricData2"))
        target, told = _threshold(request)
        return self.search.compare(call, one, other, target, told)

    def _gallery_names(self, _: Call, __: OsiaRequest) -> bytes:
        return answer(self.reading.galleries(PROGRAMME))

    def _gallery_content(self, call: Call, request: OsiaRequest) -> bytes:
        offset, limit = request.whole("offset"), request.whole("limit")
        if (offset or 0) < 0 or (limit is not None and limit < 1):
            raise invalid("offset, limit", "must be 0 or more, and 1 or more")
        most = _MOST_ROWS if limit is None else min(limit, _MOST_ROWS)
        found = self.reading.content(call, PROGRAMME, request.path["galleryId"], min(offset or 0, 1 << 31), most)
        rows = [{"personId": key.person_id, "encounterId": each.given.encounter_id} for key, each in found]
        return answer(rows)


def csv_of(content: bytes) -> str:
    """Return the content of a gallery as CSV (RFC 4180), as OSIA names its columns."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["PersonId", "encounterId"])
    rows.writerows([_cell(row["personId"]), _cell(row["encounterId"])] for row in json.loads(content))
    return written.getvalue()


def _cell(text: str) -> str:
    """Return an identifier that no spreadsheet takes for a formula: one that looks like it has an apostrophe before."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def method(
    service: str, name: str, run: Callable[[Call, OsiaRequest], bytes], body: Check | None
) -> Method[OsiaRequest]:
    """Return an operation as a method of the dispatch."""
    most = SMALL_REQUEST if body is None or body in (FILTER, GALLERIES) else _LARGE
    return Method(
        service, name, reader(body), lambda r: r.context, lambda r: r.data, run, needs_request_id=True, most_bytes=most
    )


def _given(encounter_id: str, body: Mapping[str, Any]) -> Given:
    """Return what is said of an encounter; times are this service's own."""
    if "encryption" in body:
        raise invalid("body.encryption", "is not read: send encounters in the clear, by TLS")
    dropped = {"encounterId", "status", "galleries", "createdDate", "updatedDate"}
    kept = {name: value for name, value in body.items() if name not in dropped}
    kept["biometricData"] = without_buffers(body["biometricData"])
    content = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    return Given(encounter_id, tuple(body["galleries"]), body["status"] == "ACTIVE", content)


def _told(found: ReadEncounter) -> dict[str, Any]:
    encounter, given = found.encounter, found.encounter.given
    kept: dict[str, Any] = json.loads(given.content)
    return kept | {
        "encounterId": given.encounter_id,
        "status": "ACTIVE" if given.active else "INACTIVE",
        "galleries": list(given.galleries),
        "createdDate": encounter.created.isoformat(),
        "updatedDate": encounter.updated.isoformat(),
        "biometricData": with_buffers(kept["biometricData"], found.fingers),
    }


def _ids(key: ReferenceKey, given: Given) -> bytes:
    return answer({"personId": key.person_id, "encounterId": given.encounter_id})


def _nothing(_: ReferenceKey, __: Given) -> bytes:
    return NOTHING


def _score(likeness: Likeness | None) -> float:
    """Return -10 log10 of the false match rate; 0: not told, as it is not surely the same person."""
    return 0.0 if likeness is None else round(likeness.score, 2)


def _scores(fingers: tuple[tuple[FingerPosition, Likeness | None], ...]) -> list[dict[str, Any]]:
    return [
        {"score": _score(likeness), "biometricType": FINGER, "biometricSubType": position.name}
        for position, likeness in fingers
    ]


def _candidates(found: FoundReferences) -> list[dict[str, Any]]:
    told = []
    for each in found.candidates:
        candidate: dict[str, Any] = {"personId": each.key.person_id, "rank": each.rank, "score": _score(each.likeness)}
        candidate["scores"] = _scores(each.fingers)
        candidate["others"] = {"fpir": each.fpir, "searchedPersons": found.searched_people}
        told.append(candidate)
    return told


def _threshold(request: OsiaRequest) -> tuple[float | None, Callable[[VerifiedReference], bytes]]:
    """Return the FMR that a threshold stands for, and what tells the decision; one beyond the range decides too."""
    least = request.number("threshold")
    low, high = _FMR
    target = None if least is None else min(max(10.0 ** (-max(min(least, 300.0), 0.0) / 10), low), high)

    def told(found: VerifiedReference) -> bytes:
        matched = found.decision is Decision.MATCH
        if matched and least is not None and found.likeness is not None:
            matched = found.likeness.score >= least
        return answer({"decision": matched, "scores": _scores(found.fingers)})

    return target, told
