"""Whether nothing is lost: a folder is opened by a new process with a sound disk, and held to what was acknowledged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from idverify.domain.errors import DomainError, SettingsError, StoredDataError
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.notes import Note
from idverify.trust.log.tiles import published_in
from idverify.v1 import assertions_pb2, audit_pb2, enrolment_pb2, log_pb2, records_pb2, types_pb2, verification_pb2
from tests.faults.service import Service, context, image_of
from tests.faults.workload import CALLS, OF_WHOM_GOES, STAYS
from tests.tlog_reference import RefusedError, entries_of, mth

_TESTING = types_pb2.RequestContext(purpose=types_pb2.PURPOSE_TEST)


def judged(folder: Path, acknowledged: dict[str, str]) -> list[str]:
    """Return what must not be, in words; nothing: all is there.

    Args:
        folder: as it was left.
        acknowledged: what was answered before it was left, step by step.
    """
    service = Service(folder)
    try:
        service.start()
    except (DomainError, SettingsError, StoredDataError, OSError) as error:
        return [f"it does not start: {error}"]
    found = [*_whole(service), *_kept(service, acknowledged), *_keys(service, acknowledged)]
    found += [*_finished(service, acknowledged), *_published(service), *_findable(service), *_whole(service)]
    service.stop()
    return found


def _whole(service: Service) -> Iterator[str]:
    """Say what a full check of the audit trail, its log and all rows says."""
    answer = audit_pb2.CheckAuditTrailResponse.FromString(
        service.call("CheckAuditTrail", audit_pb2.CheckAuditTrailRequest(full=True))
    )
    if not answer.intact:
        yield f"the trail does not check: {answer.first_broken_sequence}, {list(answer.findings)}"


def _trail(service: Service) -> Sequence[audit_pb2.AuditEvent]:
    request = audit_pb2.ListAuditEventsRequest(page_size=1000)
    answer: Any = audit_pb2.ListAuditEventsResponse.FromString(service.call("ListAuditEvents", request))
    events: Sequence[audit_pb2.AuditEvent] = answer.events
    return events


def _kept(service: Service, acknowledged: dict[str, str]) -> Iterator[str]:
    """Look for the event of every call that was answered: asking again would hide that it is missing."""
    there = {json.loads(event.context_json).get("request_id") for event in _trail(service)}
    for name, (_, request) in CALLS.items():
        if name in acknowledged and request.context.request_id not in there:
            yield f"{name}: answered, and lost"


def _keys(service: Service, acknowledged: dict[str, str]) -> Iterator[str]:
    key_set = assertions_pb2.GetKeySetResponse.FromString(service.call("GetKeySet", assertions_pb2.GetKeySetRequest()))
    wanted = acknowledged.get("rotate the signing key")
    if wanted and key_set.active_key_id != wanted:
        yield "the signing key that was made is not the active one"
    log = log_pb2.GetLogCheckpointResponse.FromString(
        service.call("GetLogCheckpoint", log_pb2.GetLogCheckpointRequest())
    )
    wanted = acknowledged.get("rotate the key of the log")
    if wanted and wanted not in log.verifier_keys:
        yield "the key of the log that was made does not sign"
    wanted = acknowledged.get("add a master key")
    if wanted and service.keys().active != wanted:
        yield "the master key that was made is not the active one"


def _finished(service: Service, acknowledged: dict[str, str]) -> Iterator[str]:
    """Ask everything again, as clients do: what was done is answered as it was, what was not is done now."""
    erased = {event.action for event in _trail(service) if event.outcome == "DELETED"}
    for name, (method, request) in CALLS.items():
        try:
            answer = hashlib.sha256(service.call(method, request)).hexdigest()
        except DomainError as error:
            answers_gone = name in OF_WHOM_GOES and erased
            # An erasure that was begun and not answered is done by the next start.
            done_at_start = name == "erase another" and "EraseAgain" in erased and name not in acknowledged
            if not (answers_gone or done_at_start):
                yield f"{name}: asked again, it is refused with {error.reason.code}"
            continue
        if name in acknowledged and acknowledged[name] != answer:
            yield f"{name}: asked again, it is answered otherwise"
    listed = enrolment_pb2.ListCitizensResponse.FromString(
        service.call("ListCitizens", enrolment_pb2.ListCitizensRequest(context=_TESTING))
    )
    if [citizen.citizen_number for citizen in listed.citizens] != [STAYS]:
        yield f"{len(listed.citizens)} citizens instead of one"
    wanted = records_pb2.GetRecordRequest(context=_TESTING, citizen_number=STAYS, record_type="residence")
    record = records_pb2.GetRecordResponse.FromString(service.call("GetRecord", wanted)).record
    if record.version != 1:
        yield f"a record that was put once has version {record.version}"


def _published(service: Service) -> Iterator[str]:
    """Publish, and read what is published with a verifier that shares nothing with ours."""
    service.keep_house()
    answer = log_pb2.GetLogCheckpointResponse.FromString(
        service.call("GetLogCheckpoint", log_pb2.GetLogCheckpointRequest())
    )
    assert service.settings.log_dir is not None
    folder = published_in(service.settings.log_dir, answer.checkpoint.partition("\n")[0])
    try:
        note = Note.parse((folder / "checkpoint").read_text(encoding="utf-8"))
        published = Checkpoint.parse(note.text)
        entries = entries_of(folder, published.size)
    except (OSError, RefusedError) as error:
        yield f"the published log cannot be read: {error}"
        return
    if mth(entries) != published.root:
        yield "the published entries are not those of the checkpoint"


def _findable(service: Service) -> Iterator[str]:
    for name, text, wanted in (("who stays", "an", [STAYS]), ("who is erased", "binh", [])):
        search = verification_pb2.IdentifyRequest(
            context=context(f"identify {name}"), sample=image_of(f"{text}/RIGHT_INDEX/60")
        )
        answer: Any = verification_pb2.IdentifyResponse.FromString(service.call("Identify", search))
        if len(answer.candidates) != len(wanted):
            yield f"{name}: {len(answer.candidates)} candidates"
