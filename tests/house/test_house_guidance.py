"""Whatever a clerk can meet has words in Vietnamese and in English: what is added without them is found here."""

from __future__ import annotations

import re
import unicodedata
from typing import cast

import pytest

from idverify.access.permissions import PERMISSIONS
from idverify.domain.assurance import Assurance
from idverify.domain.disclosing.guidance import REFUSAL_TEXTS, SHOW_BESIDES_TEXTS
from idverify.domain.guidance.actions import ACTION_TEXTS
from idverify.domain.guidance.assurance import ASSURANCE_TEXTS, NO_BIOMETRIC_TEXT
from idverify.domain.guidance.causes import CAUSE_TEXTS
from idverify.domain.guidance.fields import FIELD_TEXTS
from idverify.domain.guidance.language import Text
from idverify.domain.guidance.officer import EXPIRED, MAY_BE_PASSED, officer_text, wait_text
from idverify.domain.guidance.reasons import FAILED_TEXT, REASON_TEXTS
from idverify.domain.model import Action, Advice, FingerPosition, Language, NextStep
from idverify.domain.model.owners import Fault
from idverify.domain.reasons import Reason
from idverify.domain.sources.recourse import FAULT_TEXTS, RECOURSE_TEXTS, RECOURSES, Recourse
from idverify.rpc.servicers.all import all_methods, all_streams
from idverify.services.application import Application
from idverify.v1 import types_pb2
from tests.development.service_tables import _Nothing

STEPS = [
    *(NextStep(action) for action in Action),
    *(NextStep(Action.CAPTURE, finger) for finger in FingerPosition),
    *(NextStep(Action.CAPTURE, None, (advice,)) for advice in Advice),
]
TEXTS = {
    **{f"reason {reason.code}": text for reason, text in REASON_TEXTS.items()},
    **{f"cause {reason.code} {cause}": text for (reason, cause), text in CAUSE_TEXTS.items()},
    **{f"field {name}": text for name, text in FIELD_TEXTS.items()},
    **{f"method {name}": text for name, text in ACTION_TEXTS.items()},
    **{f"step {step}": Text(officer_text(step, Language.VI), officer_text(step, Language.EN)) for step in STEPS},
    **{f"fault {fault.value}": text for fault, text in FAULT_TEXTS.items()},
    **{f"recourse {recourse.value}": text for recourse, text in RECOURSE_TEXTS.items()},
    **{f"assurance {rule.value}": text for rule, text in ASSURANCE_TEXTS.items()},
    "assurance no-biometric": NO_BIOMETRIC_TEXT,
    "failed": FAILED_TEXT,
    "to be passed": MAY_BE_PASSED,
    "expired": EXPIRED,
    "wait": wait_text(30),
    **{f"besides {n}": text for n, text in enumerate(SHOW_BESIDES_TEXTS.values())},
    **{f"kept back {verdict.value}": text for verdict, text in REFUSAL_TEXTS.items()},
}

OF_VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
PLACEHOLDER = re.compile(r"[{}<>%`$_]|TODO|FIXME|\?\?|\.\.\.")


def test_every_reason_has_words() -> None:
    assert set(REASON_TEXTS) == set(Reason), "idverify/domain/guidance/reasons.py"


def test_every_rule_of_assurance_has_words() -> None:
    assert set(ASSURANCE_TEXTS) == set(Assurance), "idverify/domain/guidance/assurance.py"


def test_every_method_has_words() -> None:
    nothing = cast("Application", _Nothing())
    served = {method.name for method in all_methods(nothing)} | {stream.name for stream in all_streams(nothing)}
    named = {rpc.rpartition("/")[2] for rpc in PERMISSIONS}
    assert set(ACTION_TEXTS) == served == named, "idverify/domain/guidance/actions.py"


def test_every_action_and_advice_on_the_wire_has_words() -> None:
    """The texts of both are made of the domain's, which :mod:`tests.unit.idverify.domain.test_officer_text` covers."""
    enums = types_pb2.DESCRIPTOR.enum_types_by_name
    actions, advice = enums["OfficerAction"].values_by_name, enums["CaptureAdvice"].values_by_name
    assert {f"OFFICER_ACTION_{item.value}" for item in Action} | {"OFFICER_ACTION_UNSPECIFIED"} == set(actions)
    assert {f"CAPTURE_ADVICE_{item.value}" for item in Advice} | {"CAPTURE_ADVICE_UNSPECIFIED"} == set(advice)


def test_every_fault_of_a_source_has_words_and_a_way_on() -> None:
    enums = types_pb2.DESCRIPTOR.enum_types_by_name
    faults, recourses = enums["SourceFault"].values_by_name, enums["RecourseCode"].values_by_name
    assert {f"SOURCE_FAULT_{item.value}" for item in Fault} | {"SOURCE_FAULT_UNSPECIFIED"} == set(faults)
    assert {f"RECOURSE_CODE_{item.value}" for item in Recourse} | {"RECOURSE_CODE_UNSPECIFIED"} == set(recourses)
    assert set(FAULT_TEXTS) == set(RECOURSES) == set(Fault)
    assert set(RECOURSE_TEXTS) == {recourse for ways in RECOURSES.values() for recourse in ways} == set(Recourse)


@pytest.mark.parametrize("where", TEXTS)
def test_words_are_short_whole_and_of_their_language(where: str) -> None:
    text = TEXTS[where]
    assert text.vi != text.en
    assert OF_VIETNAMESE.search(text.vi)
    assert text.en.isascii()
    for said in (text.vi, text.en):
        assert said == unicodedata.normalize("NFC", said)
        assert said == " ".join(said.split())
        assert 3 <= len(said) <= 120
        assert not PLACEHOLDER.search(said)
        assert said.endswith(".") is not where.startswith(("method", "field"))
