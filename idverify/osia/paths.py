"""Where each operation is answered, and which statuses its description knows."""

from __future__ import annotations

from dataclasses import dataclass

ABIS, RELYING_PARTY = "/osia/abis", "/osia/id"
"""Roots: both interfaces have a path ``/v1/verify``."""

_PERSON = "/v1/persons/{personId}"
_ENCOUNTER = f"{_PERSON}/encounters/{{encounterId}}"
_TWO = "/v1/persons/{personIdTarget}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation is. ``missing``, ``conflict``: its description knows 404, 409; else they are told as 400."""

    operation: str
    verb: str
    path: str
    missing: bool = True
    conflict: bool = False


PLACES = (
    Place("createEncounterNoIds", "POST", "/v1/persons", missing=False),
    Place("createEncounterNoId", "POST", f"{_PERSON}/encounters", missing=False),
    Place("readAllEncounters", "GET", f"{_PERSON}/encounters"),
    Place("createEncounter", "POST", _ENCOUNTER, missing=False, conflict=True),
    Place("readEncounter", "GET", _ENCOUNTER),
    Place("updateEncounter", "PUT", _ENCOUNTER),
    Place("deleteEncounter", "DELETE", _ENCOUNTER),
    Place("mergeEncounter", "POST", f"{_TWO}/merge/{{personIdSource}}", conflict=True),
    Place("moveEncounter", "POST", f"{_TWO}/move/{{personIdSource}}/encounters/{{encounterId}}", conflict=True),
    Place("updateEncounterStatus", "PUT", f"{_ENCOUNTER}/status", missing=False),
    Place("updateEncounterGalleries", "PUT", f"{_ENCOUNTER}/galleries", missing=False),
    Place("readTemplate", "GET", f"{_ENCOUNTER}/templates"),
    Place("deleteAll", "DELETE", _PERSON),
    Place("identify", "POST", "/v1/identify/{galleryId}"),
    Place("identifyFromId", "POST", "/v1/identify/{galleryId}/{personId}"),
    Place("identifyFromEncounterId", "POST", "/v1/identify/{galleryId}/{personId}/encounters/{encounterId}"),
    Place("verifyFromId", "POST", "/v1/verify/{galleryId}/{personId}"),
    Place("verifyFromBio", "POST", "/v1/verify", missing=False),
    Place("readGalleries", "GET", "/v1/galleries", missing=False),
    Place("readGalleryContent", "GET", "/v1/galleries/{galleryId}"),
    Place("readTaskStatus", "GET", "/v1/tasks/{taskId}/status"),
    Place("redeliverTaskResult", "POST", "/v1/tasks/{taskId}/redeliver"),
)
"""Of the ABIS."""

OF_RELYING_PARTY = (Place("verify", "POST", "/v1/verify/{identifier}"), Place("identify", "POST", "/v1/identify"))
