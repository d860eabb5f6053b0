"""Answers as tables and lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from idverify.client import finger_name
from idverify.v1.enrolment_pb2 import (
    Citizen,
    CitizenNumberFacts,
    CitizenState,
    Encounter,
    FingerException,
    FingerFault,
)
from idverify.v1.types_pb2 import CaptureAdvice, Decision, FingerResult, Record, RecordSource, SampleQuality
from idverify.v1.verification_pb2 import Disclosure, IdentifyResponse, VerifyResponse

_ADVICE = {
    CaptureAdvice.CAPTURE_ADVICE_NO_FINGER: "no finger is seen: place it on the sensor",
    CaptureAdvice.CAPTURE_ADVICE_TOO_FEW_MINUTIAE: "press the flat of the finger, not its tip, or take another finger",
    CaptureAdvice.CAPTURE_ADVICE_SMALL_AREA: "centre the finger and press a little more",
    CaptureAdvice.CAPTURE_ADVICE_TOO_WET: "dry the finger and press less",
    CaptureAdvice.CAPTURE_ADVICE_TOO_DRY: "moisten the finger and press more",
    CaptureAdvice.CAPTURE_ADVICE_LOW_CONTRAST: "clean the sensor",
}
_STYLES = {
    Decision.DECISION_MATCH: "bold green",
    Decision.DECISION_NO_MATCH: "bold red",
    Decision.DECISION_INCONCLUSIVE: "bold yellow",
}


def facts(rows: Mapping[str, object]) -> Table:
    """Return names and values in two columns; what is empty is left out."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in rows.items():
        if value not in {"", None}:
            table.add_row(name, Text(str(value)))
    return table


def listing(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Return a table."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(value if isinstance(value, Text) else Text(str(value)) for value in row))
    return table


def decision_name(decision: Decision) -> str:
    """Return ``MATCH``, ``NO_MATCH`` or ``INCONCLUSIVE``."""
    return Decision.Name(decision).removeprefix("DECISION_")


def decision_text(decision: Decision) -> Text:
    """Return the decision in its colour."""
    return Text(decision_name(decision), style=_STYLES.get(decision, ""))


def error_rate(fmr: float, extrapolated_below: float = 0.0) -> str:
    """Return an error rate as people say it, marked if it is lower than any that was measured."""
    said = f"1 in {1 / fmr:,.0f}" if 0 < fmr < 1 else f"{fmr:g}"
    return f"{said} (extrapolated)" if fmr < extrapolated_below else said


def quality_line(quality: SampleQuality) -> str:
    """Return score, minutiae and advice in one line."""
    advice = "; ".join(_ADVICE.get(item, "") for item in quality.advice)
    usable = "" if quality.usable else ", not usable"
    return f"{quality.score}/100, {quality.minutiae} minutiae{usable}" + (f": {advice}" if advice else "")


def verification(answer: VerifyResponse) -> Table:
    """Return the decision and what it rests on."""
    return facts(
        {
            "decision": decision_name(answer.decision),
            **figures(answer.score, answer.fmr_at_score, answer.operating_point.fmr_extrapolated_below),
            "false match rate allowed": error_rate(answer.operating_point.target_fmr),
            "fingers": ", ".join(map(_finger_result, answer.fingers)),
            "of one finger, counted once": _repeated(answer),
            "try next": ", ".join(map(finger_name, answer.next_best_fingers)),
            "tries left": tries_left(answer),
            "number": "reissued; the citizen bears another by now" if answer.number_superseded else "",
            "transaction": answer.transaction_id,
        }
    )


def _repeated(answer: VerifyResponse | IdentifyResponse) -> str:
    """Name the samples, from 1, that are of the finger of an earlier one."""
    return ", ".join(f"print {place + 1}" for place in answer.repeated_samples)


def tries_left(answer: VerifyResponse | IdentifyResponse) -> str:
    """Return what is left after a failure; empty after a match."""
    if not answer.HasField("attempts"):
        return ""
    seconds = answer.attempts.wait.ToTimedelta().total_seconds()
    return f"{answer.attempts.left}" + (f", the next in {seconds:.0f} s" if seconds else "")


def figures(score: float, fmr: float, extrapolated_below: float) -> dict[str, object]:
    """Return a score and its error rate as rows; empty where the service does not tell them."""
    told = fmr > 0.0
    return {
        "score": f"{score:.1f}" if told else "",
        "false match rate at the score": error_rate(fmr, extrapolated_below) if told else "",
    }


def scored(subject: str, score: float, fmr: float) -> str:
    """Return a person with the score, if it is told."""
    return f"{subject} (score {score:.1f})" if fmr > 0.0 else subject


def _finger_result(result: FingerResult) -> str:
    quality = f"quality {result.probe_quality.score}"
    if not result.fmr_at_score:
        return f"{finger_name(result.finger_position)} ({quality})"
    decision = decision_name(result.decision)
    return f"{finger_name(result.finger_position)} {decision} (score {result.score:.1f}, {quality})"


def identification(answer: IdentifyResponse) -> Table:
    """Return the candidates."""
    rows = [
        (
            c.rank,
            c.subject_id,
            ", ".join(finger_name(f.finger_position) for f in c.fingers),
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
    disputed = [(d.record_type, ", ".join(d.fields), d.paper) for d in given.disputed_records]
    if disputed:
        views.append(listing(("disputed record", "another person's by", "paper to ask for"), disputed))
    silent = [
        (s.record_type, s.source, s.text_en, " ".join(way.text_en for way in s.recourses)) for s in given.silent_sources
    ]
    if silent:
        views.append(listing(("silent source", "office", "why", "what to do"), silent))
    refusals = [(r.record_type, ", ".join(r.fields), r.text_en) for r in given.refusals]
    if refusals:
        views.append(listing(("kept back", "fields", "why"), refusals))
    papers = facts({"by law": given.legal_basis, "papers not needed": "; ".join(given.replaced_papers)})
    # In one line, whatever the width, so that it can be copied.
    forms = {"assertion:": given.assertion.jwt, "as SD-JWT:": given.assertion.sd_jwt}
    shown = [
        Text(text, style) for name, token in forms.items() if token for text, style in ((name, "dim"), (token, ""))
    ]
    return [*views, papers, *shown]


def source(record: Record) -> str:
    """Return where a record comes from: ``register`` or ``enrolment``."""
    return RecordSource.Name(record.source).removeprefix("RECORD_SOURCE_").lower()


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
            "fingers": ", ".join(sorted({finger for e in person.encounters for finger in fingers(e)})),
            "cannot be shown": ", ".join(map(_finger_exception, person.finger_exceptions)),
            "encounters": len(person.encounters),
        }
    )


def number_says(said: CitizenNumberFacts) -> str:
    """Return what a number says in one line."""
    place = said.province_name or f"an unknown place ({said.province_code})"
    since = f", until {said.province_until}, now {said.province_now}" if said.province_until else ""
    return f"registered in {place}{since}; born {said.birth_year}; {said.sex}"


def state_name(state: CitizenState) -> str:
    """Return the state of a citizen, e.g. ``locked``."""
    return CitizenState.Name(state).removeprefix("CITIZEN_STATE_").lower()


def _finger_exception(finger: FingerException) -> str:
    fault = FingerFault.Name(finger.fault).removeprefix("FINGER_FAULT_").lower()
    until = f" until {finger.until}" if finger.until else ""
    return f"{finger_name(finger.finger_position)} ({fault}{until})"


def fingers(encounter: Encounter) -> list[str]:
    """Return the fingers of an encounter, one entry an impression."""
    return [finger_name(impression.finger_position) for impression in encounter.impressions]


def impressions(encounter: Encounter) -> Table:
    """Return the impressions of an encounter and how good each is."""
    rows = [(finger_name(i.finger_position), quality_line(i.quality)) for i in encounter.impressions]
    return listing(("finger", "quality"), rows)
