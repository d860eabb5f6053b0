"""Before the counter opens: the catalogue is imported, everybody enrolled, one merged, one deactivated."""

from __future__ import annotations

import json
from collections.abc import Callable

from enroll_tools.day.people import LOCAL
from enroll_tools.day.plan import Plan
from enroll_tools.day.prints import Prints
from enroll_tools.day.procedures import as_catalogue
from enroll_tools.synthetic.identities import Identity
from idverify.client import Client
from idverify.v1 import catalogue_pb2, citizens_pb2, enrolment_pb2
from idverify.v1.types_pb2 import FingerprintSample


def prepare(client: Client, plan: Plan, prints: Prints, progress: Callable[[], None]) -> bytes:
    """Prepare everything; return the catalogue as the service exports it then.

    Raises:
        ServiceError: something was refused.
    """
    client.import_catalogue(as_catalogue(list(plan.procedures)), catalogue_pb2.CATALOGUE_FORMAT_JSON, complete=True)
    for citizen in plan.citizens:
        _enrol(client, citizen.number, citizen.identity, prints.enrolled(citizen.index))
        if citizen.second_number:
            _enrol(client, citizen.second_number, citizen.identity, prints.enrolled(citizen.index))
            client.merge_citizens(
                citizen.number, citizen.second_number, _grounds(citizens_pb2.CHANGE_REASON_RECORDING_ERROR)
            )
        if citizen.deactivated:
            state = enrolment_pb2.CITIZEN_STATE_DEACTIVATED
            client.change_citizen_state(citizen.number, state, _grounds(citizens_pb2.CHANGE_REASON_CITIZEN_REQUEST))
        for kind in LOCAL:
            if kind in citizen.records:
                content = json.dumps(citizen.records[kind], ensure_ascii=False)
                client.put_record(citizen.number, kind, content)
        progress()
    return client.export_catalogue(catalogue_pb2.CATALOGUE_FORMAT_JSON)


def _enrol(client: Client, number: str, who: Identity, samples: list[FingerprintSample]) -> None:
    person = enrolment_pb2.PersonalData(full_name=who.full_name, birth_date=who.birth_date, sex=who.sex)
    client.enrol(number, person, samples, duplicate_check=enrolment_pb2.DUPLICATE_CHECK_SKIP)


def _grounds(reason: citizens_pb2.ChangeReason) -> citizens_pb2.ChangeGrounds:
    return citizens_pb2.ChangeGrounds(reason=reason, grounds="Quyết định thử nghiệm")
