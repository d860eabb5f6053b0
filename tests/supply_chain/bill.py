"""A bill of materials for each lock, by CycloneDX 1.6: every package that it names, with the digests of its files.

cyclonedx-py tells of a lock its digests, and of what is installed its licences and what needs what. A bill has both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.supply_chain import tools
from tests.supply_chain.locks import DEPLOYED, EVERYTHING, Package, locked, package
from tests.supply_chain.part import Part

Bill = dict[str, Any]

NAMES = {DEPLOYED: "deployed.cdx.json", EVERYTHING: "everything.cdx.json"}
_VERSION = "1.6"
_VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1], encoding="utf-8").read())
sys.exit(str(found).splitlines()[0] if found else 0)
"""


def installed() -> Bill:
    """Return what cyclonedx-py tells of what is installed here.

    Raises:
        OSError: it told nothing.
    """
    return _told("environment", sys.executable)


def write_bills(out: Path, here: Bill) -> Part:
    """Write a bill for each lock, and hold it against the schema."""
    said, wrong = [], []
    for lock, name in NAMES.items():
        wanted = locked(lock)
        bill = merged(_told("requirements", lock), here, wanted)
        path = out / name
        path.write_text(json.dumps(bill, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        said.append(f"{path}: {len(bill['components'])} packages of {lock}")
        if lacking := set(wanted) - {package_of(component) for component in bill["components"]}:
            wrong.append(f"{name} lacks {', '.join(str(each) for each in sorted(lacking))}")
        ended = tools.run("python", "-c", _VALIDATE, path)
        if ended.status:
            wrong.append(f"{name} is not valid by CycloneDX {_VERSION}: {ended.last}")
    return Part("bill", tuple(said), tuple(wrong + not_as_locked(locked(EVERYTHING), here)))


def merged(of_lock: Bill, here: Bill, where: Mapping[Package, str]) -> Bill:
    """Return a bill of what a lock names, with what the installed ones tell of themselves.

    Args:
        of_lock: what cyclonedx-py tells of the lock.
        here: and of what is installed.
        where: under which marker each is installed.
    """
    tells = {package_of(component): component for component in here["components"]}
    components, refs = [], {here["metadata"]["component"]["bom-ref"]: here["metadata"]["component"]["bom-ref"]}
    for one in of_lock["components"]:
        known = tells.get(package_of(one))
        base = known or {"type": one["type"], "name": one["name"], "version": one["version"]}
        if known:
            refs[known["bom-ref"]] = one["purl"]
        else:
            base = {**base, "description": f"not installed where this was made; only where {where[package_of(one)]}"}
        said = [*base.get("externalReferences", ()), *one.get("externalReferences", ())]
        files = [each for each in said if not each["url"].startswith("file:")]  # whence it was installed here
        components.append({**base, "bom-ref": one["purl"], "purl": one["purl"], "externalReferences": files})
    needs = {refs[one["ref"]]: one.get("dependsOn", ()) for one in here["dependencies"] if one["ref"] in refs}
    every = [*dict.fromkeys([*refs.values(), *(one["bom-ref"] for one in components)])]
    dependencies = [
        {"ref": ref, "dependsOn": sorted({refs[other] for other in needs.get(ref, ()) if other in refs})}
        for ref in every
    ]
    return {**here, "components": components, "dependencies": dependencies}


def package_of(component: Mapping[str, Any]) -> Package:
    """Return which package a component of a bill is."""
    return package(component["name"], component["version"])


def not_as_locked(lock: Mapping[Package, str], here: Mapping[str, Any]) -> list[str]:
    """Return what should be installed for any system and is not, or in another version."""
    there = {package_of(component) for component in here["components"]}
    return [
        f"{each} is locked and not installed: make install"
        for each, where in sorted(lock.items())
        if not where and each not in there
    ]


def _told(what: str, of: str) -> Bill:
    common = ("--pyproject", "pyproject.toml", "--sv", _VERSION, "--output-reproducible")
    ended = tools.run("cyclonedx-py", what, *common, of)
    if ended.status:
        raise OSError(f"cyclonedx-py {what}: {ended.last}")
    bill: Bill = json.loads(ended.out)
    return bill
