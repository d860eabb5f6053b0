"""Node calls the service: with the client that is generated for it, and with its own loader of protos."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import grpc
import pytest

from idverify.client import Client
from tests.development.protos_bundle import bundle
from tests.docs.conftest import run
from tests.e2e.harness import RunningServer
from tests.peer_verifiers import packages_of_npm, said_by_node
from tests.places import DOCS, REPOSITORY
from tests.unit.idverify.client.scripted import deleted, refuse, scripted

pytestmark = pytest.mark.slow

EXAMPLES = DOCS / "examples"
CHECK = """
import { readFileSync } from "node:fs";
import { checkProof } from "./proof.mjs";
for (const [proof, key] of JSON.parse(readFileSync("given.json", "utf8"))) {
  try {
    checkProof(proof, key);
    console.log("held");
  } catch {
    console.log("refused");
  }
}
"""
REPEAT = """
import { connect, refusal } from "idverify-client";
import { EnrolmentService } from "idverify-client/v1/enrolment_pb";
const { service, newContext } = connect({ server: process.argv[2] });
const deleted = async (context) => {
  try {
    return { removed: (await service(EnrolmentService).deleteCitizen({ context })).removedTemplates };
  } catch (error) {
    return { reason: refusal(error).reason };
  }
};
console.log(JSON.stringify([await deleted(newContext()), await deleted(undefined), await deleted(newContext())]));
"""


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory, node_client: Path) -> Path:
    """A folder with the examples, compiled, where the client is installed."""
    folder = tmp_path_factory.mktemp("examples")
    installed = folder / "node_modules"
    installed.mkdir()
    (installed / "idverify-client").symlink_to(node_client)
    for name in ("jose", "@types"):
        (installed / name).symlink_to(packages_of_npm() / "node_modules" / name)
    for name in ("counter.mts", "proof.mts"):
        (folder / name).write_bytes((EXAMPLES / name).read_bytes())
    options = ["--module", "nodenext", "--target", "es2022", "--strict", "--noUncheckedIndexedAccess", "--skipLibCheck"]
    run("counter.mts", folder, node_client / "node_modules" / ".bin" / "tsc", *options, "--types", "node")
    return folder


def test_a_counter_by_typescript(service: RunningServer, desk: Path, examples: Path) -> None:
    asked = ("counter.mjs", "027199000013", desk / "enrolled.png", desk / "shown.png")
    said = run(service.address, examples, "node", *asked)
    assert "assertion for H05.12 by [ 'fpt' ]" in said
    assert "again: REFERENCE_EXISTS" in said
    assert "proven: Verify" in said


def test_the_example_checks_proofs_and_refuses_what_proves_nothing(service: RunningServer, examples: Path) -> None:
    with Client(service.address) as client:
        (key,) = client.log_checkpoint().verifier_keys
        events = [event.sequence for event in client.audit_events()]
        proofs = [client.event_proof(sequence).proof for sequence in events]
    proof = proofs[-1]
    index = next(line for line in proof.splitlines() if line.startswith("index "))
    size = proof.split("\n\n")[1].splitlines()[1]
    way = proof.split("\n\n")[0].splitlines()[-1]
    wrong = [
        (proof, key.replace("+A", "+B", 1)),
        (proof, key.replace(key.split("+")[1], "00000000")),
        (proof.replace(index, "index 0", 1), key),
        (proof.replace(index, "index 1000000", 1), key),
        (proof.replace(f"{way}\n", "", 1), key),
        (proof.replace(way, f"{way}\n{way}", 1), key),
        (proof.replace(f"\n{size}\n", f"\n{size}0\n", 1), key),
        (proof.replace("extra ", "extra A", 1), key),
    ]
    given = json.dumps([*((proof, key) for proof in proofs), *wrong])
    (examples / "given.json").write_text(given, encoding="utf-8")
    (examples / "check.mjs").write_text(CHECK, encoding="utf-8")
    told = run("check.mjs", examples, "node").split()
    assert told == ["held"] * len(proofs) + ["refused"] * len(wrong)


def test_what_was_not_served_is_repeated_with_the_same_request_id_and_else_not(examples: Path) -> None:
    unavailable = refuse(grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
    (examples / "repeat.mjs").write_text(REPEAT, encoding="utf-8")
    with scripted(unavailable, deleted, unavailable, refuse(grpc.StatusCode.ABORTED, "X_Y")) as (address, script):
        told = json.loads(run(address, examples, "node", "repeat.mjs"))
    assert told == [{"removed": 3}, {"reason": "STORE_UNAVAILABLE"}, {"reason": "X_Y"}]
    assert len({request.context.request_id for request in script.requests[:2]}) == 1
    assert len(script.requests) == 4


def test_nodes_own_loader_takes_the_bundle_whole(service: RunningServer, tmp_path: Path) -> None:
    packages_of_npm()
    with zipfile.ZipFile(bundle(tmp_path / "out")) as archive:
        archive.extractall(tmp_path / "protos")
    given = {"folder": str(tmp_path / "protos"), "server": service.address}
    found = json.loads(said_by_node("load_protos.mjs", given))
    assert found == {"issuer": "idverify.local", "reason": "FIELD_MISSING", "files": found["files"]}
    assert found["files"] > 30


def test_what_is_tested_is_what_the_client_locks() -> None:
    """Of what the client needs and the tests install, the versions are the same, and so is every byte of it."""
    ours, tests = (
        json.loads((REPOSITORY / folder / "package-lock.json").read_text(encoding="utf-8"))["packages"]
        for folder in ("proto/typescript", "tests/verifiers")
    )
    needed = {name: entry["integrity"] for name, entry in ours.items() if name}
    assert needed
    assert {name: tests.get(name, {}).get("integrity") for name in needed} == needed
