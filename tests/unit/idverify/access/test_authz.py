"""Who may call what; default deny."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module
from pkgutil import iter_modules

import pytest
from google.longrunning import operations_pb2
from google.protobuf.descriptor import FileDescriptor

import idverify.v1
from idverify.access.permissions import PERMISSIONS, acting_for, permitted, require_entitled, role_for
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import ALL, Caller, Entitlement, Officer, OfficerRole, RequestContext, Role
from tests.e2e.permission_rows import ROWS

FOREIGN = {"record_source_pb2"}
"""What agencies serve and we call."""

MODULES = {module.name for module in iter_modules(idverify.v1.__path__) if module.name.endswith("_pb2")} - FOREIGN
FILES: list[FileDescriptor] = [
    operations_pb2.DESCRIPTOR,
    *(import_module(f"idverify.v1.{name}").DESCRIPTOR for name in sorted(MODULES)),
]
RPCS = [
    f"{service.full_name}/{method.name}"
    for file in FILES
    for service in file.services_by_name.values()
    for method in service.methods
]


def _caller(*roles: Role, agency: str | None = None) -> Caller:
    return Caller("someone", frozenset(roles), agency)


def refusal(require: Callable[[], object]) -> Reason | None:
    try:
        require()
    except DomainError as error:
        return error.reason
    return None


def is_permitted(caller: Caller, rpc: str) -> bool:
    reason = refusal(lambda: permitted(caller, rpc))
    assert reason in {None, Reason.CLIENT_NOT_AUTHORIZED}
    return reason is None


def test_every_rpc_of_every_service_is_in_the_table() -> None:
    assert len(RPCS) > 60
    assert sorted(PERMISSIONS) == sorted(RPCS)


def test_what_is_not_in_the_table_is_denied() -> None:
    assert not is_permitted(_caller(*Role), "idverify.v1.EnrolmentService/Forge")


@pytest.mark.parametrize("rpc", RPCS)
def test_no_role_no_call(rpc: str) -> None:
    assert not is_permitted(_caller(), rpc)


@pytest.mark.parametrize("role", Role)
def test_each_role_may_call_what_is_meant_for_it(role: Role) -> None:
    allowed = {rpc for rpc in RPCS if is_permitted(_caller(role), rpc)}
    assert allowed == {rpc for rpc, row in ROWS.items() if role in row.roles}


@pytest.mark.parametrize("rpc", RPCS)
def test_the_role_for_a_call_is_one_that_the_caller_has_and_that_may(rpc: str) -> None:
    assert role_for(_caller(), rpc) is None
    assert role_for(_caller(*Role), rpc) in PERMISSIONS[rpc]
    for role in Role:
        assert role_for(_caller(role), rpc) is (role if role in PERMISSIONS[rpc] else None)


@pytest.mark.parametrize(("service", "role"), [("osia.abis", Role.ABIS), ("osia.id", Role.COUNTER)])
def test_a_foreign_interface_is_for_one_role_alone(service: str, role: Role) -> None:
    assert {each for each in Role if is_permitted(_caller(each), f"{service}/identify")} == {role}
    assert role_for(_caller(*Role), f"{service}/identify") is role


def test_nobody_has_a_role_for_what_there_is_not() -> None:
    assert role_for(_caller(*Role), "idverify.v1.EnrolmentService/Forge") is None


def test_a_bound_caller_acts_for_its_agency() -> None:
    bound = _caller(Role.COUNTER, agency="H05.12")
    assert acting_for(bound, RequestContext()).agency_code == "H05.12"
    assert acting_for(bound, RequestContext(agency_code="H05.12")).agency_code == "H05.12"
    with pytest.raises(DomainError) as caught:
        acting_for(bound, RequestContext(agency_code="H05.13"))
    assert caught.value.reason is Reason.CLIENT_NOT_AUTHORIZED


def test_an_unbound_caller_acts_for_any() -> None:
    context = RequestContext(agency_code="H05.13")
    assert acting_for(_caller(Role.COUNTER), context) == context


@pytest.mark.parametrize("reason", [Reason.CLIENT_SUSPENDED, Reason.CLIENT_REVOKED, Reason.CERTIFICATE_REVOKED])
def test_who_is_barred_may_call_nothing(reason: Reason) -> None:
    barred = Caller("someone", frozenset(Role), barred=reason)
    for rpc in RPCS:
        with pytest.raises(DomainError) as caught:
            permitted(barred, rpc)
        assert caught.value.reason is reason


AS = {
    OfficerRole.CLERK: "counter",
    OfficerRole.SUPERVISOR: "counter admin auditor",
    OfficerRole.SECURITY_OFFICER: "auditor",
}
TOLD_BY_ROLE = {"ConfirmationService/RevokeConfirmation", "SlipService/ListSlips", "LogService/GetEventProof"}
"""In which a client is told or may do more by one of its roles than by another."""


def _before(role: OfficerRole, *client: Role) -> Caller:
    return replace(_caller(*client), officer=Officer("CB-1", frozenset({role})))


@pytest.mark.parametrize("role", OfficerRole)
def test_an_officer_is_what_their_role_stands_for_whatever_the_client_of_the_pages_is(role: OfficerRole) -> None:
    for rpc in RPCS:
        if refusal(partial(permitted, _before(role, *Role), rpc)) is None:
            roles = {each.value for each in permitted(_before(role, *Role), rpc).roles}
            assert roles <= set(AS[role].split()), rpc
            if rpc.removeprefix("idverify.v1.") in TOLD_BY_ROLE:
                assert roles == {AS[role].split()[0]}


def test_the_client_of_the_pages_bounds_what_an_officer_is() -> None:
    slips, limits = "idverify.v1.SlipService/IssueSlips", "idverify.v1.AttemptService/ListAttemptLimits"
    assert permitted(_before(OfficerRole.SUPERVISOR, Role.ADMIN), limits).roles == {Role.ADMIN}
    refused = refusal(lambda: permitted(_before(OfficerRole.SUPERVISOR, Role.COUNTER), limits))
    assert refused is Reason.CLIENT_NOT_AUTHORIZED
    refused = refusal(lambda: permitted(_before(OfficerRole.CLERK, Role.ADMIN), slips))
    assert refused is Reason.OFFICER_NOT_AUTHORIZED, "may be had by an administrator, whom no clerk is"


def test_the_word_of_a_second_officer_is_for_confirming_only() -> None:
    second = Officer("CB-2", frozenset({OfficerRole.SUPERVISOR}), ticket=lambda _, __: True)
    caller = replace(_caller(*Role), officer=second)
    may = [rpc for rpc in RPCS if refusal(partial(permitted, caller, rpc)) is None]
    assert may == ["idverify.v1.TransactionService/ConfirmException"]


SOME = Caller(
    "someone",
    frozenset(Role),
    entitlements=(Entitlement("1.1", frozenset({"residence"})), Entitlement("1.2", frozenset({ALL}))),
    record_types=frozenset({"birth"}),
)
ANY = Caller("any", frozenset(Role), entitlements=(Entitlement(ALL, frozenset({"birth"})), SOME.entitlements[0]))


def _entitled(caller: Caller, procedure: str, record_type: str = "") -> bool:
    reason = refusal(lambda: require_entitled(caller, procedure, record_type))
    assert reason in {None, Reason.CLIENT_NOT_ENTITLED}
    return reason is None


def test_a_client_names_the_procedures_of_its_entry_and_no_others() -> None:
    assert _entitled(_caller(Role.COUNTER), "")
    assert not _entitled(_caller(Role.COUNTER), "1.1")
    assert [_entitled(SOME, code) for code in ("1.1", "1.2", "1.3", "*")] == [True, True, False, False]
    assert [_entitled(ANY, code) for code in ("1.1", "1.3")] == [True, True]


def test_a_client_keeps_the_record_types_of_its_entry_and_no_others() -> None:
    assert [_entitled(SOME, "", kind) for kind in ("", "birth", "residence")] == [True, True, False]
    assert not _entitled(ANY, "", "birth"), "what it is given by a procedure is another matter"


def test_records_are_given_by_procedure_and_type() -> None:
    given = {
        (code, kind) for code in ("1.1", "1.2", "1.3") for kind in ("residence", "birth") if SOME.is_given(code, kind)
    }
    assert given == {("1.1", "residence"), ("1.2", "residence"), ("1.2", "birth")}
    assert not ANY.is_given("1.1", "birth"), "what is said of a procedure wins over what is said of all"
    assert ANY.is_given("1.3", "birth")
