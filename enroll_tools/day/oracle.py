"""The oracle: reads the exported catalogue and what is true, and says of every answer what is wrong with it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from enroll_tools.day.policy import NO_BIOMETRIC, SINGLE_BIOMETRIC, Asked, cause_of, names_of
from enroll_tools.day.predicates import expected_answer
from enroll_tools.day.sources import LOST_AT_NOON
from enroll_tools.day.tries import Try
from idverify.v1.types_pb2 import Record, SourceFault
from idverify.v1.verification_pb2 import Disclosure, RefusalCause

_GONE = {SourceFault.SOURCE_FAULT_UNREACHABLE, SourceFault.SOURCE_FAULT_RESTING}
_IDENTITY_FIELDS = ("full_name", "birth_date", "sex", "citizen_number")


@dataclass(frozen=True, slots=True)
class Ways:
    """What a procedure's record types come to for one citizen at one time, by type.

    ``whole``: disclosed with all that the procedure lists; ``refused``: type, cause and name of what the policy keeps
    back.
    """

    disclosed: dict[str, Mapping[str, Any]]
    whole: set[str]
    refused: set[tuple[str, str, str]]
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
        listed: list[dict[str, Any]] = json.loads(catalogue)["procedures"]
        self._procedures = {entry["code"]: entry for entry in listed}
        self._today = today

    def said(self, one: Try) -> str:
        """Return the decision or the reason code that the try must come to."""
        truth, citizen = one.truth, one.visit.citizen
        refusals = (
            (truth.number == "free", "SUBJECT_NOT_FOUND"),
            (truth.changed or truth.others, "ASSERTION_INVALID"),
            (truth.number_used, "VIRTUAL_NUMBER_USED"),
            (truth.slip == "twice", "SLIP_CLOSED"),
            (citizen.deactivated, "SUBJECT_DEACTIVATED"),
            (truth.stale_step, "TRANSACTION_MISMATCH"),
            (truth.vouched and not self._procedure(one).get("exceptions_allowed"), "EXCEPTION_NOT_ALLOWED"),
            (truth.led and not self._on_law(one) and not truth.consented, "CONSENT_REQUIRED"),
            (truth.withdrawn, "CONSENT_WITHDRAWN"),
            (truth.seen_before, "SAMPLE_REPLAYED"),
            (truth.poor, "SAMPLE_QUALITY_LOW"),
            (truth.other_finger, "NO_MATCH"),
        )
        goods = ((truth.once_more, "DISCLOSED"), (truth.vouched, "VOUCHED"), (bool(truth.slip), "ENTERED"))
        good = next((said for holds, said in goods if holds), "MATCH")
        return next((reason for holds, reason in refusals if holds), good)

    def faults(self, one: Try) -> list[str]:
        """Return what is wrong with an answer, in words without personal data; empty: nothing."""
        expected, came = self.said(one), one.came
        if expected == "MATCH" and came.said == "INCONCLUSIVE" and not one.truth.last:
            return []  # the officer was asked for another picture, and took one
        if came.said != expected:
            return [f"{expected} was due, {came.said} came"]
        if came.superseded != (expected == "MATCH" and one.truth.number == "second"):
            return ["number_superseded is wrong"]
        if expected not in {"MATCH", "DISCLOSED", "VOUCHED"}:
            return ["something was disclosed"] if came.disclosure is not None else []
        if came.disclosure is None:
            return ["nothing was disclosed"]
        return list(self._wrong(one, came.disclosure))

    def papers(self, tries: Sequence[Try]) -> Counter[tuple[str, str]]:
        """Return the papers saved, by procedure and record type, that those who must match come to."""
        saved: Counter[tuple[str, str]] = Counter()
        for one in tries:
            if one.truth.last and self.said(one) in {"MATCH", "VOUCHED"}:
                saved.update((one.visit.procedure, kind) for kind in self._ways(one).whole)
        return saved

    def disclosures(self, tries: Sequence[Try]) -> Counter[tuple[str, str]]:
        """Return how often records are disclosed, by procedure and type, once more included."""
        given: Counter[tuple[str, str]] = Counter()
        for one in tries:
            if one.truth.last and self.said(one) in {"MATCH", "VOUCHED", "DISCLOSED"}:
                given.update((one.visit.procedure, kind) for kind in self._ways(one).disclosed)
        return given

    def presences(self, tries: Sequence[Try]) -> Counter[tuple[str, str]]:
        """Return how often officers vouched, by procedure and kind, that those who must be taken come to."""
        kinds = {"VOUCHED": "EXCEPTION", "ENTERED": "SLIP"}
        said = ((one.visit.procedure, self.said(one)) for one in tries)
        return Counter((procedure, kinds[what]) for procedure, what in said if what in kinds)

    def _on_law(self, one: Try) -> bool:
        return bool(self._procedure(one).get("legal_basis"))

    def _procedure(self, one: Try) -> dict[str, Any]:
        return self._procedures[one.visit.procedure]

    def _ways(self, one: Try) -> Ways:
        ways = Ways({}, set(), set(), set(), set(), set())
        procedure, citizen = self._procedure(one), one.visit.citizen
        types = {access["record_type"] for access in procedure["records"]}
        shown = NO_BIOMETRIC if one.truth.vouched else SINGLE_BIOMETRIC
        asked = Asked("CITIZEN_REQUEST", types if one.truth.consented else None, shown, types)
        for access in procedure["records"]:
            kind = access["record_type"]
            against = {name: cause_of(procedure, access, name, asked) for name in names_of(access)}
            told = [name for name, cause in against.items() if not cause]
            ways.refused.update((kind, cause, name) for name, cause in against.items() if cause)
            content = citizen.records.get(kind) if told else None
            if told and one.truth.afternoon and kind in LOST_AT_NOON:
                ways.silent.add(kind)
            elif content is not None and _disagrees(content, one):
                ways.disputed.add(kind)
            elif content is not None:
                ways.disclosed[kind] = self._reduced(told, content)
                ways.whole.update({kind} if len(told) == len(against) else ())
            if kind not in ways.whole and access["required"]:
                ways.missing.add(kind)
        return ways

    def _reduced(self, told: list[str], content: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            name: expected_answer(name, content, self._today) if "(" in name else content[name]
            for name in told
            if "(" in name or name in content
        }

    def _wrong(self, one: Try, given: Disclosure) -> Iterator[str]:
        ways, procedure = self._ways(one), self._procedure(one)
        accesses = {access["record_type"]: access for access in procedure["records"]}
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
        papers = Counter(accesses[kind]["replaced_paper"] for kind in ways.whole)
        if Counter(given.replaced_papers) != papers:
            yield "replaced_papers are others"
        if any(silent.fault not in _GONE for silent in given.silent_sources):
            yield "a source is silent for another reason"
        yield from _wrong_refusals(given, ways)
        if given.legal_basis != procedure.get("legal_basis", ""):
            yield "another legal basis"
        if bool(given.assertion.jwt) is one.truth.once_more:
            yield "an assertion once more" if one.truth.once_more else "no assertion"
        elif not one.truth.once_more and _is_marked(given.assertion.jwt) is not one.truth.vouched:
            yield "an assertion that does not say whether a finger was shown"
        for kind in came.keys() & ways.disclosed.keys():
            kept_back = {name for type_, _, name in ways.refused if type_ == kind}
            yield from _wrong_record(accesses[kind], came[kind], ways.disclosed[kind], kept_back)


def _is_marked(jwt: str) -> bool:
    """Tell whether an assertion says that no finger was shown; its signature is checked elsewhere."""
    payload = jwt.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return "exception" in claims and "bio" not in claims and claims["amr"] == []


def _wrong_refusals(given: Disclosure, ways: Ways) -> Iterator[str]:
    refused = {
        (refusal.record_type, RefusalCause.Name(refusal.cause).removeprefix("REFUSAL_CAUSE_"), name)
        for refusal in given.refusals
        for name in refusal.fields
    }
    if refused != ways.refused:
        yield f"refusals: {sorted(ways.refused)} were due, {sorted(refused)} came"
    if not all(refusal.text_vi and refusal.text_en and refusal.paper for refusal in given.refusals):
        yield "a refusal says not what to do"


def _wrong_record(
    access: Mapping[str, Any], record: Record, due: Mapping[str, Any], kept_back: set[str]
) -> Iterator[str]:
    content, kind = json.loads(record.json), access["record_type"]
    beyond = content.keys() - (set(names_of(access)) - kept_back)
    if beyond:
        yield f"{kind}: fields beyond the policy: {sorted(beyond)}"
    different = sorted(name for name in content.keys() | due.keys() if content.get(name) != due.get(name))
    if different or content.keys() != due.keys():
        yield f"{kind}: not what the register says: {different}"
    if hashlib.sha256(record.json.encode()).hexdigest() != record.sha256:
        yield f"{kind}: another digest"
    if set(record.absent_fields) != set(access["fields"]) - due.keys() - kept_back:
        yield f"{kind}: absent_fields are others"


def _disagrees(content: Mapping[str, Any], one: Try) -> bool:
    """Tell whether the record is another person's by what it says itself."""
    identity = one.visit.citizen.identity
    return any(name in content and content[name] != getattr(identity, name) for name in _IDENTITY_FIELDS)
