"""Goes the whole way of a person by a client that was generated of OSIA's description, and says what it saw.

Run with the folder in which ``osia_abis`` was generated; url, token and prints come as JSON.
"""

import importlib
import json
import sys
from typing import Any

sys.path.insert(0, sys.argv[1])
given = json.load(sys.stdin)
client = importlib.import_module("osia_abis").AuthenticatedClient(base_url=given["url"], token=given["token"])
models = importlib.import_module("osia_abis.models")


def call(name: str, *path: str, tag: str = "crud", **how: object) -> Any:
    done = importlib.import_module(f"osia_abis.api.{tag}.{name}").sync_detailed(
        *path, client=client, transaction_id="t", **how
    )
    assert done.status_code in {200, 204}, (name, done.status_code, done.content)
    return done.parsed


def finger(name: str) -> dict[str, object]:
    return {"biometricType": "FINGER", "biometricSubType": "RIGHT_INDEX", "image": given["prints"][name]}


def found(name: str) -> list[str]:
    body = models.IdentifyRequest.from_dict({"filter": {}, "biometricData": [finger(name)]})
    return sorted(each.person_id for each in call("identify", "ALL", tag="search", body=body))


def put(person: str, encounter: str, name: str) -> None:
    said = {"status": "ACTIVE", "encounterId": encounter, "encounterType": "registration", "galleries": ["G"]}
    body = models.Encounter.from_dict({**said, "biometricData": [finger(name)]})
    call("create_encounter", person, encounter, body=body)


put("P-1", "e1", "hanna")
put("P-2", "e2", "hanna")
seen = {"found": found("hanna")}
call("merge_encounter", "P-1", "P-2")
seen["merged"] = found("hanna")
seen["decisions"] = []
for shown in ("hanna", "ida"):
    body = models.VerifyFromIdRequest.from_dict({"biometricData": [finger(shown)]})
    seen["decisions"].append(call("verify_from_id", "G", "P-1", tag="search", body=body).decision)
sys.stdout.write(json.dumps(seen))
