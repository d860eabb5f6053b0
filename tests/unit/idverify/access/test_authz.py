"""Who may call what; default deny."""

from __future__ import annotations

import pytest
from google.longrunning import operations_pb2
from google.protobuf.descriptor import FileDescriptor

from idverify.access.permissions import EVERY_ROLE, PERMISSIONS, acting_for, is_permitted, not_permitted
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, RequestContext, Role
from idverify.v1 import (
    assertions_pb2,
    attempts_pb2,
    audit_pb2,
    biometrics_pb2,
    enrolment_pb2,
    gallery_pb2,
    procedures_pb2,
    records_pb2,
    types_pb2,
    verification_pb2,
)

FILES: list[FileDescriptor] = [
    module.DESCRIPTOR
    for module in (
        assertions_pb2,
        attempts_pb2,
        audit_pb2,
        biometrics_pb2,
        enrolment_pb2,
        gallery_pb2,
        operations_pb2,
        procedures_pb2,
        records_pb2,
        types_pb2,
        verification_pb2,
    )
]
RPCS = [
    f"{service.full_name}/{method.name}"
    for file in FILES
    for service in file.services_by_name.values()
    for method in service.methods
]


def _caller(*roles: Role, agency: str | None = None) -> Caller:
    return Caller("someone", frozenset(roles), agency)


def test_every_rpc_of_every_service_is_in_the_table() -> None:
    assert len(RPCS) == 28
    assert sorted(PERMISSIONS) == sorted(RPCS)


def test_what_is_not_in_the_table_is_denied() -> None:
    assert not is_permitted(_caller(*Role), "idverify.v1.EnrolmentService/Forge")


@pytest.mark.parametrize("rpc", RPCS)
def test_no_role_no_call(rpc: str) -> None:
    assert not is_permitted(_caller(), rpc)


@pytest.mark.parametrize(
    ("role", "services"),
    [
        (Role.COUNTER, {"VerificationService", "BiometricService"}),
        (Role.ENROLLER, {"EnrolmentService", "BiometricService"}),
        (
            Role.ADMIN,
            {
                "RecordService",
                "BiometricService",
                "GalleryService",
                "Operations",
                "AttemptService",
                "GetCitizen",
                "ListCitizens",
            },
        ),
        (Role.AUDITOR, {"AuditService"}),
    ],
)
def test_each_role_has_what_the_protos_say(role: Role, services: set[str]) -> None:
    everybody = {rpc for rpc in RPCS if PERMISSIONS[rpc] == EVERY_ROLE}
    assert {rpc.rpartition(".")[2].partition("/")[0] for rpc in everybody} == {"ProcedureService", "AssertionService"}
    allowed = {rpc for rpc in RPCS if is_permitted(_caller(role), rpc)} - everybody
    expected = {rpc for rpc in RPCS if services & set(rpc.rpartition(".")[2].split("/"))}
    assert allowed == expected


def test_a_bound_caller_acts_for_its_agency() -> None:
    bound = _caller(Role.COUNTER, agency="H05.12")
    assert acting_for(bound, RequestContext()).agency_code == "H05.12"
    assert acting_for(bound, RequestContext(agency_code="H05.12")).agency_code == "H05.12"
    with pytest.raises(DomainError) as caught:
        acting_for(bound, RequestContext(agency_code="H05.13"))
    assert caught.value.reason is not_permitted().reason is Reason.CLIENT_NOT_AUTHORIZED


def test_an_unbound_caller_acts_for_any() -> None:
    context = RequestContext(agency_code="H05.13")
    assert acting_for(_caller(Role.COUNTER), context) == context
