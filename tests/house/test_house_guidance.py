"""Whatever a clerk can meet has words in Vietnamese and in English: what is added without them is found here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import cast

import pytest

from idverify import texts
from idverify.access.permissions import PERMISSIONS
from idverify.domain.assurance import Assurance
from idverify.domain.disclosing.guidance import TOLD
from idverify.domain.guidance.language import Text, worded
from idverify.domain.guidance.officer import officer_text, wait_text
from idverify.domain.law.requests import SubjectRequestKind, SubjectRequestState
from idverify.domain.model import (
    Action,
    Advice,
    DocumentKind,
    ExceptionReason,
    FingerFault,
    FingerPosition,
    HistoryOutcome,
    Language,
    NextStep,
    NumberWarning,
)
from idverify.domain.model.enrolling import ProfileOutcome, ProfileTest
from idverify.domain.model.owners import Fault
from idverify.domain.reasons import Reason
from idverify.domain.sources.recourse import RECOURSES, Recourse
from idverify.rpc.servicers.all import all_methods, all_streams
from idverify.services.application import Application
from idverify.v1 import types_pb2
from tests.development.service_tables import _Nothing


def each(prefix: str, members: Iterable[Enum]) -> set[str]:
    return {f"{prefix}{member.value}" for member in members}


EVERYTHING: Mapping[str, set[str]] = {
    "reasons": {reason.code for reason in Reason} | {"INTERNAL", "field-named"},
    "officer": each("action-", Action)
    | {f"finger-{finger.name}" for finger in FingerPosition}
    | each("advice-", Advice)
    | each("fault-", FingerFault)
    | {
        "finger-any",
        "may-be-passed",
        "expired",
        "wait",
        "unavailable",
        "unavailable-until",
        "second-officer-signed-in",
    },
    "profiles": each("test-", ProfileTest)
    | each("outcome-", ProfileOutcome)
    | {"at-least", "at-most", "either", "whole"},
    "assurance": each("", Assurance) | {"no-biometric"},
    "disclosing": each("kept-back-", TOLD) | {f"besides-{which}" for which in ("pin", "sc", "either", "both")},
    "sources": each("fault-", Fault) | each("recourse-", Recourse),
    "history": each("", HistoryOutcome),
    "numbers": each("", NumberWarning),
    "letters": each("kind-", SubjectRequestKind) | each("state-", SubjectRequestState) | {"reply-due", "due"},
}
"""What must be in files whose messages are named by codes, and nothing besides."""

STEPS = [
    *(NextStep(action) for action in Action),
    *(NextStep(Action.CAPTURE, finger) for finger in FingerPosition),
    *(NextStep(Action.CAPTURE, None, (advice,)) for advice in Advice),
]
PARTS = re.compile(r"(actions|fields|officer (finger|fault)-)")
"""Of a sentence, or a heading."""

TEXTS = {
    **{
        f"{file} {name}": worded(file, name)
        for file in ("reasons", "actions", "fields", "officer", "assurance", "disclosing", "sources", "numbers")
        for name, said in texts.patterns(file, "vi").items()
        if "$" not in said
    },
    **{f"step {step}": Text(officer_text(step, Language.VI), officer_text(step, Language.EN)) for step in STEPS},
    "wait": wait_text(30),
}

OF_VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
PLACEHOLDER = re.compile(r"[{}<>%`$_]|TODO|FIXME|\?\?|\.\.\.")


@pytest.mark.parametrize("file", EVERYTHING)
def test_every_code_has_words(file: str) -> None:
    assert {name for name in texts.patterns(file, "vi") if "." not in name} == EVERYTHING[file], f"{file}.ftl"


def test_every_exception_and_document_has_words_on_paper() -> None:
    named = {name for name in texts.patterns("printing", "vi") if name.startswith(("reason-", "document-"))}
    assert named == each("reason-", ExceptionReason) | each("document-", DocumentKind)


def test_every_method_has_words() -> None:
    nothing = cast("Application", _Nothing())
    served = {method.name for method in all_methods(nothing)} | {stream.name for stream in all_streams(nothing)}
    named = {rpc.rpartition("/")[2] for rpc in PERMISSIONS}
    assert set(texts.patterns("actions", "vi")) == served == named, "actions.ftl"


def test_every_action_and_advice_on_the_wire_has_words() -> None:
    """The texts of both are made of the domain's."""
    enums = types_pb2.DESCRIPTOR.enum_types_by_name
    actions, advice = enums["OfficerAction"].values_by_name, enums["CaptureAdvice"].values_by_name
    assert {f"OFFICER_ACTION_{item.value}" for item in Action} | {"OFFICER_ACTION_UNSPECIFIED"} == set(actions)
    assert {f"CAPTURE_ADVICE_{item.value}" for item in Advice} | {"CAPTURE_ADVICE_UNSPECIFIED"} == set(advice)


def test_every_fault_of_a_source_has_a_way_on() -> None:
    enums = types_pb2.DESCRIPTOR.enum_types_by_name
    faults, recourses = enums["SourceFault"].values_by_name, enums["RecourseCode"].values_by_name
    assert {f"SOURCE_FAULT_{item.value}" for item in Fault} | {"SOURCE_FAULT_UNSPECIFIED"} == set(faults)
    assert {f"RECOURSE_CODE_{item.value}" for item in Recourse} | {"RECOURSE_CODE_UNSPECIFIED"} == set(recourses)
    assert set(RECOURSES) == set(Fault)
    assert {recourse for ways in RECOURSES.values() for recourse in ways} == set(Recourse)


@pytest.mark.parametrize("where", TEXTS)
def test_words_are_short_whole_and_of_their_language(where: str) -> None:
    text = TEXTS[where]
    assert text.vi != text.en
    assert OF_VIETNAMESE.search(text.vi)
    assert text.en.isascii()
    for said in (text.vi, text.en):
        assert said == " ".join(said.split())
        assert 3 <= len(said) <= 120
        assert not PLACEHOLDER.search(said)
        assert said.endswith(".") is (PARTS.match(where) is None)
