"""The oracle: reads the exported catalogue and what is true, and says of every answer what is wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from enroll_tools.day.predicates import expected_answer
from enroll_tools.day.sources import LOST_AT_NOON
from enroll_tools.day.tries import Try
from idverify.v1.types_pb2 import Record, SourceFault
from idverify.v1.verification_pb2 import Disclosure

_GONE = {SourceFault.SOURCE_FAULT_UNREACHABLE, SourceFault.SOURCE_FAULT_RESTING}
_IDENTITY_FIELDS = ("full_name", "birth_date", "sex", "citizen_number")


@dataclass(frozen=True, slots=True)
class Ways:
    """What a procedure's record types come to for one citizen at one time, by type."""

    disclosed: dict[str, Mapping[str, Any]]
    silent: set[str]
    disputed: set[str]
    missing: set[str]


class Oracle:
    """Judges answers.

    Args:
        catalogue: as the service exports it, JSON.
        today: the day in Viet Nam.
    """

    def __init__(self, catalogue: bytes, today: date) -> None:
        self._procedures = {entry["code"]: entry for entry in json.loads(catalogue)["procedures"]}
        self._today = today

    def said(self, one: Try) -> str:
        """Return the decision or the reason code that the try must come to."""
        truth, citizen = one.truth, one.visit.citizen
        refusals = (
            (truth.number == "free", "SUBJECT_NOT_FOUND"),
            (truth.number_used, "VIRTUAL_NUMBER_USED"),
            (citizen.deactivated, "SUBJECT_DEACTIVATED"),
            (truth.stale_step, "TRANSACTION_MISMATCH"),
            (truth.led and not self._on_law(one) and not truth.consented, "CONSENT_REQUIRED"),
            (truth.withdrawn, "CONSENT_WITHDRAWN"),
            (truth.seen_before, "SAMPLE_REPLAYED"),
            (truth.poor, "SAMPLE_QUALITY_LOW"),
            (truth.other_finger, "NO_MATCH"),
        )
        return next((reason for holds, reason in refusals if holds), "MATCH")

    def faults(self, one: Try) -> list[str]:
        """Return what is wrong with an answer, in words without personal data; empty: nothing."""
        expected, came = self.said(one), one.came
        if expected == "MATCH" and came.said == "INCONCLUSIVE" and not one.truth.last:
            return []  # the officer was asked for another picture, and took one
        if came.said != expected:
            return [f"{expected} was due, {came.said} came"]
        if came.superseded != (expected == "MATCH" and one.truth.number == "second"):
            return ["number_superseded is wrong"]
        if expected != "MATCH":
            return ["something was disclosed"] if came.disclosure is not None else []
        if came.disclosure is None:
            return ["nothing was disclosed"]
        return list(self._wrong(one, came.disclosure))

    def papers(self, tries: Sequence[Try]) -> Counter[tuple[str, str]]:
        """Return the papers saved, by procedure and record type, that those who must match come to."""
        saved: Counter[tuple[str, str]] = Counter()
        for one in tries:
            if one.truth.last and self.said(one) == "MATCH":
                saved.update((one.visit.procedure, kind) for kind in self._ways(one).disclosed)
        return saved

    def _on_law(self, one: Try) -> bool:
        return bool(self._procedures[one.visit.procedure].get("legal_basis"))

    def _accesses(self, one: Try) -> list[dict[str, Any]]:
        return list(self._procedures[one.visit.procedure]["records"])

    def _ways(self, one: Try) -> Ways:
        ways = Ways({}, set(), set(), set())
        citizen = one.visit.citizen
        for access in self._accesses(one):
            kind = access["record_type"]
            content = citizen.records.get(kind)
            if one.truth.afternoon and kind in LOST_AT_NOON:
                ways.silent.add(kind)
            elif content is not None and _disagrees(content, one):
                ways.disputed.add(kind)
            elif content is not None:
                ways.disclosed[kind] = self._reduced(access, content)
            if kind not in ways.disclosed and access["required"]:
                ways.missing.add(kind)
        return ways

    def _reduced(self, access: Mapping[str, Any], content: Mapping[str, Any]) -> Mapping[str, Any]:
        shown = {name: content[name] for name in access["fields"] if name in content}
        asked = access.get("predicates", [])
        return shown | {text: expected_answer(text, content, self._today) for text in asked}

    def _wrong(self, one: Try, given: Disclosure) -> Iterator[str]:
        ways, accesses = self._ways(one), {access["record_type"]: access for access in self._accesses(one)}
        came = {record.record_type: record for record in given.records}
        listed = {
            "disclosed": (set(came), set(ways.disclosed)),
            "silent": ({silent.record_type for silent in given.silent_sources}, ways.silent),
            "disputed": ({disputed.record_type for disputed in given.disputed_records}, ways.disputed),
            "missing": ({missing.record_type for missing in given.missing_records}, ways.missing),
        }
        for name, (are, due) in listed.items():
            if are != due:
                yield f"{name}: {sorted(due)} were due, {sorted(are)} came"
        if len(came) != len(given.records):
            yield "a record came twice"
        papers = Counter(accesses[kind]["replaced_paper"] for kind in ways.disclosed)
        if Counter(given.replaced_papers) != papers:
            yield "replaced_papers are others"
        if any(silent.fault not in _GONE for silent in given.silent_sources):
            yield "a source is silent for another reason"
        if not given.assertion.jwt:
            yield "no assertion"
        for kind in came.keys() & ways.disclosed.keys():
            yield from _wrong_record(accesses[kind], came[kind], ways.disclosed[kind])


def _wrong_record(access: Mapping[str, Any], record: Record, due: Mapping[str, Any]) -> Iterator[str]:
    content, kind = json.loads(record.json), access["record_type"]
    beyond = content.keys() - set(access["fields"]) - set(access.get("predicates", []))
    if beyond:
        yield f"{kind}: fields beyond the policy: {sorted(beyond)}"
    different = sorted(name for name in content.keys() | due.keys() if content.get(name) != due.get(name))
    if different or content.keys() != due.keys():
        yield f"{kind}: not what the register says: {different}"
    if hashlib.sha256(record.json.encode()).hexdigest() != record.sha256:
        yield f"{kind}: another digest"
    if set(record.absent_fields) != set(access["fields"]) - due.keys():
        yield f"{kind}: absent_fields are others"


def _disagrees(content: Mapping[str, Any], one: Try) -> bool:
    """Tell whether the record is another person's by what it says itself."""
    identity = one.visit.citizen.identity
    return any(name in content and content[name] != getattr(identity, name) for name in _IDENTITY_FIELDS)
