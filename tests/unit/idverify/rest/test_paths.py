"""Where methods are found."""

from __future__ import annotations

from collections import Counter
from unittest.mock import MagicMock

import pytest
from google.api.annotations_pb2 import http
from google.api.http_pb2 import HttpRule
from google.protobuf import descriptor_pb2, descriptor_pool

from idverify.rest.calls import bound
from idverify.rest.paths import binding_of
from idverify.rpc.servicers.all import all_methods
from idverify.services.application import Application

WITHOUT = {"google.longrunning.Operations/WaitOperation"}
"""Waiting is asking again, over HTTP."""


def rule(**of: str) -> descriptor_pb2.MethodOptions:
    options = descriptor_pb2.MethodOptions()
    options.Extensions[http].CopyFrom(HttpRule(**of))
    return options


def test_every_method_has_a_path_of_its_own() -> None:
    methods = all_methods(MagicMock(spec=Application))
    found = bound(methods)
    assert {m.full_name for m in methods} - {one.method.full_name for one in found} == WITHOUT
    taken = Counter((one.binding.verb, one.binding.path) for one in found)
    assert max(taken.values()) == 1


def test_a_path_leads_to_one_method_only() -> None:
    found = bound(all_methods(MagicMock(spec=Application)))
    for one in found:
        path = one.pattern.pattern.replace("([^/:]+)", "x").replace("\\", "")
        assert [
            each.method.full_name
            for each in found
            if each.pattern.fullmatch(path) and each.binding.verb == one.binding.verb
        ] == [one.method.full_name]


def test_what_names_a_person_is_in_no_path_and_no_query() -> None:
    """Paths and queries are logged by whatever stands between."""
    for one in bound(all_methods(MagicMock(spec=Application))):
        names = set(one.transcoder.method.input_type.fields_by_name)
        personal = {"citizen_number", "new_citizen_number", "personal_data", "samples", "sample", "pin"}
        assert one.binding.has_body or not names & personal, one.method.full_name


def test_a_variable_of_several_segments_is_one_with_what_never_varies() -> None:
    operations = descriptor_pool.Default().FindServiceByName("google.longrunning.Operations").methods_by_name
    got = binding_of(operations["GetOperation"])
    assert got is not None
    assert (got.verb, got.path, got.prefixes) == ("GET", "/v1/operations/{name}", {"name": "operations/"})
    listed = binding_of(operations["ListOperations"])
    assert listed is not None
    assert (listed.path, listed.constants) == ("/v1/operations", {"name": "operations"})
    assert binding_of(operations["WaitOperation"]) is None


@pytest.mark.parametrize("said", [{"get": "/x", "body": "part"}, {"body": "*"}])
def test_what_cannot_be_done_is_not_passed_over(said: dict[str, str]) -> None:
    method = MagicMock()
    method.GetOptions.return_value = rule(**said)
    with pytest.raises(ValueError, match="cannot be done"):
        binding_of(method)


def test_a_variable_ends_at_a_colon() -> None:
    (approve,) = [one for one in bound(all_methods(MagicMock(spec=Application))) if one.method.name == "ApproveAct"]
    match = approve.pattern.fullmatch("/v1/acts/a-1:approve")
    assert match is not None
    assert match.groups() == ("a-1",)
    assert approve.pattern.fullmatch("/v1/acts/a:b:approve") is None
    assert approve.pattern.fullmatch("/v1/acts/:approve") is None
