"""What runs on Kubernetes: each overlay as Kustomize renders it, held to Kubernetes' own schemas and to checkov."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from idverify.settings import Settings
from tests.peer_verifiers import python_with
from tests.places import REPOSITORY

OVERLAYS = REPOSITORY / "deploy" / "kubernetes" / "overlays"
NAMES = sorted(folder.name for folder in OVERLAYS.iterdir())
KUBERNETES = "1.34"
CHECKOV = "IDVERIFY_TEST_CHECKOV"
"""Set by ``make kubernetes``: checkov, which takes 400 MB."""

VALIDATE = """
import json, sys, kubernetes_validate
for one in json.load(sys.stdin):
    kubernetes_validate.validate(one, sys.argv[1], strict=True)
"""

Object = dict[str, Any]


@pytest.fixture(scope="module", params=NAMES)
def overlay(request: pytest.FixtureRequest) -> list[Object]:
    """What is applied: every object of an overlay."""
    if not shutil.which("kubectl"):
        pytest.skip("no kubectl here, which has Kustomize")
    folder = OVERLAYS / request.param
    done = subprocess.run(["kubectl", "kustomize", folder], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.safe_load_all(done.stdout) if one]


def pods(objects: list[Object]) -> Iterator[Object]:
    """Yield what each kind of pod is made of."""
    for one in objects:
        spec = one.get("spec", {})
        if one["kind"] == "StatefulSet":
            yield spec["template"]
        elif one["kind"] == "RayCluster":
            yield from (group["template"] for group in (spec["headGroupSpec"], *spec["workerGroupSpecs"]))


def containers(pod: Object) -> Iterator[tuple[Object, bool]]:
    """Yield containers, and whether each stays."""
    yield from ((one, False) for one in pod["spec"].get("initContainers", []))
    yield from ((one, True) for one in pod["spec"]["containers"])


def known_to_kubernetes(objects: list[Object]) -> list[Object]:
    """Return objects whose schema there is; the pods of a RayCluster, whose schema is KubeRay's, as pods."""
    clusters = [one for one in objects if one["kind"] == "RayCluster"]
    own = [one for one in objects if one not in clusters]
    bare, named = {"apiVersion": "v1", "kind": "Pod"}, {"name": "ray", "namespace": "idverify"}
    return own + [bare | pod | {"metadata": named | pod["metadata"]} for pod in pods(clusters)]


def validated(objects: list[Object]) -> tuple[int, str]:
    """Return how kubernetes-validate ended, and what it said."""
    command = [python_with("kubernetes-validate"), "-c", VALIDATE, KUBERNETES]
    done = subprocess.run(command, input=json.dumps(objects), capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_kubernetes_takes_every_object(overlay: list[Object]) -> None:
    objects = known_to_kubernetes(overlay)
    assert len(objects) >= 10
    assert validated(objects) == (0, "")
    objects[0]["nonsense"] = True
    status, said = validated(objects)
    assert (status, "nonsense" in said) == (1, True)


def test_checkov_finds_nothing(overlay: list[Object], tmp_path: Path) -> None:
    checkov = os.environ.get(CHECKOV)
    if not checkov:
        pytest.skip("no checkov here: make kubernetes")
    file = tmp_path / "overlay.yaml"
    command = [checkov, "--framework", "kubernetes", "--file", str(file), "--compact", "--quiet", "--output", "json"]
    file.write_text(yaml.safe_dump_all(known_to_kubernetes(overlay)), encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert [(each["check_id"], each["resource"]) for each in told["results"]["failed_checks"]] == []
    opened = file.read_text(encoding="utf-8").replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")
    file.write_text(opened, encoding="utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_nothing_runs_with_rights_or_writes_but_into_its_volumes(overlay: list[Object]) -> None:
    for pod in pods(overlay):
        spec = pod["spec"]
        assert (spec["securityContext"]["runAsNonRoot"], spec["automountServiceAccountToken"]) == (True, False)
        mounted = {volume["name"] for volume in spec["volumes"]}
        for container, stays in containers(pod):
            rights = container["securityContext"]
            assert (rights["readOnlyRootFilesystem"], rights["allowPrivilegeEscalation"]) == (True, False)
            assert rights["capabilities"] == {"drop": ["ALL"]}
            assert re.search(r"@sha256:[0-9a-f]{64}$", container["image"])
            assert {"requests", "limits"} == set(container["resources"])
            assert ("livenessProbe" in container, "readinessProbe" in container) == (stays, stays)
            assert {mount["name"] for mount in container["volumeMounts"]} <= mounted | {"compiled", "data"}


def test_secrets_are_named_and_never_in_the_environment(overlay: list[Object]) -> None:
    assert "Secret" not in {one["kind"] for one in overlay}
    for pod in pods(overlay):
        for container, _ in containers(pod):
            assert not [each for each in container.get("env", []) if "secretKeyRef" in each.get("valueFrom", {})]
    (settings,) = (one["data"] for one in overlay if one["kind"] == "ConfigMap")
    for name, value in settings.items():
        assert "PRIVATE KEY" not in value
        assert not re.search(r"://[^/@]*:[^/@]*@", value), "a password in an address"
        if name.endswith(("_KEY", "_FILE", "_PATH", "PGPASSFILE")):
            assert value.startswith(("/run/secrets/", "/private/"))


def test_settings_are_those_of_the_service(overlay: list[Object]) -> None:
    (settings,) = (one["data"] for one in overlay if one["kind"] == "ConfigMap")
    named = {name.removeprefix("IDVERIFY_").lower() for name in settings if name.startswith("IDVERIFY_")}
    assert {"data_dir", "tls_cert", "tls_client_ca", "clients_file", "http"} <= named
    assert named - set(Settings.model_fields) == set()


def test_everything_that_has_names_of_its_own_is_reached_by_them(overlay: list[Object]) -> None:
    """What selects selects something, and nothing comes in or goes out unless a policy says so."""
    labels = [pod["metadata"]["labels"] for pod in pods(overlay)]
    selectors = []
    for one in overlay:
        spec = one.get("spec", {})
        if one["kind"] == "Service":
            selectors.append(spec["selector"])
        elif one["kind"] in {"PodDisruptionBudget", "StatefulSet"}:
            selectors.append(spec["selector"]["matchLabels"])
        elif one["kind"] == "NetworkPolicy":
            selectors.append(spec["podSelector"].get("matchLabels", {}))
    assert all(any(wanted.items() <= has.items() for has in labels) for wanted in selectors)
    every = [one["spec"] for one in overlay if one["kind"] == "NetworkPolicy"]
    assert {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} in every
    assert {one["metadata"].get("namespace", "idverify") for one in overlay} == {"idverify"}
