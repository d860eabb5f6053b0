"""Answers as tables and lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from idverify.client import finger_name
from idverify.commands.telling.spoken import label, moment, say, spoken
from idverify.domain.catalogue.local_day import VIET_NAM
from idverify.domain.guidance.language import Text as Told
from idverify.domain.guidance.officer import advice_text, finger_text
from idverify.domain.model import Advice, Language
from idverify.domain.model import FingerPosition as Finger
from idverify.v1.enrolment_pb2 import (
    Citizen,
    CitizenNumberFacts,
    CitizenState,
    Encounter,
    FingerException,
    FingerFault,
    NumberWarning,
)
from idverify.v1.types_pb2 import (
    OFFICER_PROOF_SIGNED_IN,
    CaptureAdvice,
    Decision,
    FingerPosition,
    FingerResult,
    Record,
    RecordSource,
    Recourse,
    SampleQuality,
    SilentSource,
)
from idverify.v1.verification_pb2 import Disclosure, DisclosureRefusal, IdentifyResponse, VerifyResponse

_STYLES = {
    Decision.DECISION_MATCH: "bold green",
    Decision.DECISION_NO_MATCH: "bold red",
    Decision.DECISION_INCONCLUSIVE: "bold yellow",
}


def signed_in(officer_id: str, proof: int) -> str:
    """Return an officer's id, ticked if they had signed in; whoever has not is whom their client claimed."""
    return f"{officer_id} \N{CHECK MARK}" if proof == OFFICER_PROOF_SIGNED_IN else officer_id


def facts(rows: Mapping[str, object]) -> Table:
    """Return names and values in two columns; what is empty is left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in rows.items():
        if value not in {"", None}:
            table.add_row(label(name), Text(str(value)))
    return table


def listing(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Return a table."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(label(column), overflow="fold")
    for row in rows:
        table.add_row(*(value if isinstance(value, Text) else Text(str(value)) for value in row))
    return table


def decision_name(decision: Decision) -> str:
    """Return ``MATCH``, ``NO_MATCH`` or ``INCONCLUSIVE``."""
    return Decision.Name(decision).removeprefix("DECISION_")


def decision_text(decision: Decision) -> Text:
    """Return the decision in its colour, in words."""
    return Text(_decision(decision), style=_STYLES.get(decision, ""))


def _decision(decision: Decision) -> str:
    return say(f"decision-{decision_name(decision)}") if decision else ""


def finger(position: FingerPosition) -> str:
    """Return a finger: in English as commands take it."""
    if spoken() is Language.EN:
        return finger_name(position)
    code = FingerPosition.Name(position).removeprefix("FINGER_POSITION_")
    return finger_text(Finger[code] if code in Finger.__members__ else None).in_language(spoken())


def error_rate(fmr: float, extrapolated_below: float = 0.0) -> str:
    """Return an error rate as people say it, marked if it is lower than any that was measured."""
    said = say("one-in", number=round(1 / fmr)) if 0 < fmr < 1 else f"{fmr:g}"
    return say("extrapolated", rate=said) if fmr < extrapolated_below else said


def quality_line(quality: SampleQuality) -> str:
    """Return score, minutiae and advice in one line."""
    advice = " ".join(advice_text(Advice(_code(item))).in_language(spoken()) for item in quality.advice if item)
    known = {"score": quality.score, "minutiae": quality.minutiae}
    line = say("quality", **known) if quality.usable else say("quality-unusable", **known)
    return f"{line}: {advice}" if advice else line


def _code(advice: CaptureAdvice) -> str:
    return CaptureAdvice.Name(advice).removeprefix("CAPTURE_ADVICE_")


def verification(answer: VerifyResponse) -> Table:
    """Return the decision and what it rests on."""
    return facts(
        {
            "decision": _decision(answer.decision),
            **figures(answer.score, answer.fmr_at_score, answer.operating_point.fmr_extrapolated_below),
            "false match rate allowed": error_rate(answer.operating_point.target_fmr),
            "fingers": ", ".join(map(_finger_result, answer.fingers)),
            "of one finger, counted once": _repeated(answer),
            "try next": ", ".join(map(finger, answer.next_best_fingers)),
            "tries left": tries_left(answer),
            "number": say("number-superseded") if answer.number_superseded else "",
            "transaction": answer.transaction_id,
        }
    )


def _repeated(answer: VerifyResponse | IdentifyResponse) -> str:
    """Name the samples, from 1, that are of the finger of an earlier one."""
    return ", ".join(say("print", place=place + 1) for place in answer.repeated_samples)


def tries_left(answer: VerifyResponse | IdentifyResponse) -> str:
    """Return what is left after a failure; empty after a match."""
    if not answer.HasField("attempts"):
        return ""
    seconds = answer.attempts.wait.ToTimedelta().total_seconds()
    if not seconds:
        return f"{answer.attempts.left}"
    return say("tries-left", left=answer.attempts.left, seconds=round(seconds))


def figures(score: float, fmr: float, extrapolated_below: float) -> dict[str, object]:
    """Return a score and its error rate as rows; empty where the service does not tell them."""
    told = fmr > 0.0
    return {
        "score": f"{score:.1f}" if told else "",
        "false match rate at the score": error_rate(fmr, extrapolated_below) if told else "",
    }


def scored(subject: str, score: float, fmr: float) -> str:
    """Return a person with the score, if it is told."""
    return say("scored", subject=subject, score=f"{score:.1f}") if fmr > 0.0 else subject


def _finger_result(result: FingerResult) -> str:
    name, quality = finger(result.finger_position), result.probe_quality.score
    if not result.fmr_at_score:
        return f"{name} ({say('of-a-finger', quality=quality)})"
    scored = say("of-a-finger-scored", score=f"{result.score:.1f}", quality=quality)
    return f"{name} {_decision(result.decision)} ({scored})"


def identification(answer: IdentifyResponse) -> Table:
    """Return the candidates."""
    rows = [
        (
            c.rank,
            c.subject_id,
            ", ".join(finger(f.finger_position) for f in c.fingers),
            f"{c.score:.1f}" if c.fmr_at_score else "",
            f"{c.fpir_at_score:.2g}" if c.fmr_at_score else "",
        )
        for c in answer.candidates
    ]
    return listing(("rank", "subject", "fingers", "score", "FPIR at the score"), rows)


def disclosure(given: Disclosure) -> list[RenderableType]:
    """Return what the procedure gets: records, papers saved and papers still needed, the assertion."""
    records = [
        (r.record_type, source(r), r.version, r.owning_agency, r.json, ", ".join(r.absent_fields))
        for r in given.records
    ]
    missing = [(m.record_type, m.title, m.paper) for m in given.missing_records]
    views: list[RenderableType] = []
    if records:
        views.append(listing(("record", "from", "version", "agency", "content", "without"), records))
    if missing:
        views.append(listing(("missing record", "", "paper to ask for"), missing))
    optional = [(m.record_type, m.title, m.paper) for m in given.missing_optional_records]
    if optional:
        views.append(listing(("missing optional record", "", "paper to hand in, if there is one"), optional))
    disputed = [(d.record_type, ", ".join(d.fields), d.paper) for d in given.disputed_records]
    if disputed:
        views.append(listing(("disputed record", "another person's by", "paper to ask for"), disputed))
    silent = [(s.record_type, s.source, _said(s), " ".join(map(_said, s.recourses))) for s in given.silent_sources]
    if silent:
        views.append(listing(("silent source", "office", "why", "what to do"), silent))
    refusals = [(r.record_type, ", ".join(r.fields), _said(r)) for r in given.refusals]
    if refusals:
        views.append(listing(("kept back", "fields", "why"), refusals))
    papers = facts({"by law": given.legal_basis, "papers not needed": "; ".join(given.replaced_papers)})
    # In one line, whatever the width, so that it can be copied.
    forms = {"assertion": given.assertion.jwt, "as SD-JWT": given.assertion.sd_jwt}
    shown = [
        Text(text, style)
        for name, token in forms.items()
        if token
        for text, style in ((f"{label(name)}:", "dim"), (token, ""))
    ]
    return [*views, papers, *shown]


def _said(told: SilentSource | Recourse | DisclosureRefusal | NumberWarning) -> str:
    return Told(told.text_vi, told.text_en).in_language(spoken())


def source(record: Record) -> str:
    """Return where a record comes from, and when its owner was asked where that was for an earlier call."""
    told = say(f"source-{RecordSource.Name(record.source).removeprefix('RECORD_SOURCE_')}")
    if not record.provenance.cached:
        return told
    asked = record.provenance.receive_time.ToDatetime(UTC).astimezone(VIET_NAM)
    return say("source-kept", source=told, time=moment(asked))


def citizen(person: Citizen) -> Table:
    """Return one citizen."""
    data = person.personal_data
    return facts(
        {
            "citizen number": person.citizen_number,
            "name": data.full_name,
            "born": data.birth_date,
            "sex": data.sex,
            "state": state_name(person.state),
            "former numbers": ", ".join(person.former_citizen_numbers),
            "version": person.version,
            "subject": person.subject_id,
            "enrolled": person.create_time.ToJsonString(),
            "fingers": ", ".join(sorted({each for e in person.encounters for each in fingers(e)})),
            "cannot be shown": ", ".join(map(_finger_exception, person.finger_exceptions)),
            "encounters": len(person.encounters),
            "warning": unusual(person.number_warnings),
        }
    )


def unusual(warnings: Iterable[NumberWarning]) -> str:
    """Return what is unusual about a number."""
    return " ".join(map(_said, warnings))


def number_says(said: CitizenNumberFacts) -> str:
    """Return what a number says in one line."""
    place = said.province_name or say("unknown-place", code=said.province_code)
    if said.province_until:
        place = say("place-until", place=place, day=said.province_until, now=said.province_now)
    return say("number-says", place=place, year=str(said.birth_year), sex=said.sex)


def state_name(state: CitizenState) -> str:
    """Return the state of a citizen, e.g. ``locked``."""
    code = CitizenState.Name(state).removeprefix("CITIZEN_STATE_")
    return say(f"state-{code}") if state else code.lower()


def _finger_exception(noted: FingerException) -> str:
    which, fault = finger(noted.finger_position), FingerFault.Name(noted.fault).removeprefix("FINGER_FAULT_")
    why = say(f"fault-{fault}")
    if not noted.until:
        return say("cannot", finger=which, fault=why)
    return say("cannot-until", finger=which, fault=why, day=noted.until)


def fingers(encounter: Encounter) -> list[str]:
    """Return the fingers of an encounter, one entry an impression."""
    return [finger(impression.finger_position) for impression in encounter.impressions]


def impressions(encounter: Encounter) -> Table:
    """Return the impressions of an encounter and how good each is."""
    rows = [(finger(i.finger_position), quality_line(i.quality)) for i in encounter.impressions]
    return listing(("finger", "quality"), rows)
