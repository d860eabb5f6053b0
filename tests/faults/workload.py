"""What is done while the disk fails: a short day with everything in it that writes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from idverify.domain.errors import DomainError, SettingsError, StoredDataError
from idverify.trust.key_file import add_master_key
from idverify.trust.log.keys import rotate_log_keys
from idverify.trust.signing import rotate_signing_key
from idverify.v1 import enrolment_pb2, records_pb2, verification_pb2
from tests.faults.disk import Disk, Fault
from tests.faults.service import Service, context, enrolment, image_of

STAYS, GOES = "027199000001", "027199000002"
"""Who is enrolled, and who is erased again."""

PROCEDURE = "1.001193"
RESIDENCE = '{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}, "household_head": "Nguyễn Thị Thử"}'

_DISK_REASONS = {"STORE_NOT_WRITABLE", "STORE_UNAVAILABLE"}


def _put(name: str, number: str) -> records_pb2.PutRecordRequest:
    return records_pb2.PutRecordRequest(
        context=context(name), citizen_number=number, record_type="residence", json=RESIDENCE
    )


CALLS: Mapping[str, tuple[str, Any]] = {
    "enrol one": ("EnrolCitizen", enrolment("enrol one", STAYS, "an")),
    "enrol another": ("EnrolCitizen", enrolment("enrol another", GOES, "binh")),
    "put a record": ("PutRecord", _put("put a record", STAYS)),
    "verify": (
        "Verify",
        verification_pb2.VerifyRequest(
            context=context("verify", procedure_code=PROCEDURE),
            citizen_number=STAYS,
            samples=[image_of("an/RIGHT_INDEX/60")],
        ),
    ),
    "put another's record": ("PutRecord", _put("put another's record", GOES)),
    "erase another": (
        "DeleteCitizen",
        enrolment_pb2.DeleteCitizenRequest(context=context("erase another"), citizen_number=GOES),
    ),
}
"""What clients ask, in this order."""

OF_WHOM_GOES = ("enrol another", "put another's record")
"""Their answers go with the citizen."""


def _started(service: Service) -> str:
    service.start()
    return ""


def _asked(name: str, service: Service) -> str:
    return hashlib.sha256(service.call(*CALLS[name])).hexdigest()


def _house_kept(service: Service) -> str:
    service.keep_house()
    return ""


def _saved(service: Service) -> str:
    if not service.save_gallery():
        raise OSError("the snapshot was not written")
    return ""


def _signing_key(service: Service) -> str:
    return rotate_signing_key(service.settings.signing_key_file, service.keys(), service.clock.now())


def _log_key(service: Service) -> str:
    return str(rotate_log_keys(service.settings.log_key_file, service.keys()).signing()[0])


def _master_key(service: Service) -> str:
    return add_master_key(service.settings.master_key_file).active


def _stopped(service: Service) -> str:
    service.stop()
    return ""


STEPS: Mapping[str, Callable[[Service], str]] = {
    "start": _started,
    "enrol one": partial(_asked, "enrol one"),
    "enrol another": partial(_asked, "enrol another"),
    "keep house": _house_kept,
    "put a record": partial(_asked, "put a record"),
    "verify": partial(_asked, "verify"),
    "save the gallery": _saved,
    "rotate the signing key": _signing_key,
    "rotate the key of the log": _log_key,
    "put another's record": partial(_asked, "put another's record"),
    "keep house again": _house_kept,
    "erase another": partial(_asked, "erase another"),
    "save the gallery again": _saved,
    "add a master key": _master_key,
    "keep house at last": _house_kept,
    "stop": _stopped,
}


@dataclass
class Told:
    """What a run was told.

    Attributes:
        answers: of the steps that came to one: a digest of the answer, or what was made.
        refused: reasons or errors of those that did not, the first time.
        findings: what must not be.
    """

    answers: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)


def played(service: Service, disk: Disk, fault: Fault | None = None) -> Told:
    """Do every step; a disk that comes back finds each refused one asked a second time."""
    told = Told()
    for name in STEPS:
        if not _done(name, service, told):
            if fault is None or not fault.goes_on:
                if name == "start":
                    return told
                continue
            disk.mend()
            if not _done(name, service, told):
                told.findings.append(f"{name}: refused again though the disk is back: {told.refused[name]}")
                if name == "start":
                    return told
        if name in told.answers:
            disk.mark(f"{name}\t{told.answers[name]}")
    return told


def _done(name: str, service: Service, told: Told) -> bool:
    """Do a step; note what came of it."""
    try:
        told.answers[name] = STEPS[name](service)
    except DomainError as error:
        told.refused[name] = error.reason.code
        if error.reason.code not in _DISK_REASONS:
            told.findings.append(f"{name}: refused with {error.reason.code}")
        return False
    except (OSError, SettingsError, StoredDataError) as error:
        told.refused[name] = f"{type(error).__name__}: {error}"
        if name in CALLS or not isinstance(error, OSError):
            told.findings.append(f"{name}: {told.refused[name]}")
        return False
    except Exception as error:  # noqa: BLE001 - a client would see INTERNAL, an operator a traceback: that is looked for
        told.refused[name] = type(error).__name__
        told.findings.append(f"{name}: {type(error).__name__}: {error}")
        return False
    return True
