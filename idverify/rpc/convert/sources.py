"""Sources that were silent, on the wire."""

from __future__ import annotations

from idverify.domain.model import RecordOutcome
from idverify.domain.model.owners import Fault
from idverify.domain.sources.recourse import RECOURSES, Recourse, fault_text, recourse_text
from idverify.v1 import types_pb2


def silent_message(silent: RecordOutcome, fault: Fault) -> types_pb2.SilentSource:
    """Return which source was silent, why, and what the clerk may do."""
    why = fault_text(fault)
    return types_pb2.SilentSource(
        record_type=silent.record_type,
        title=silent.title,
        paper=silent.paper,
        source=silent.source,
        fault=f"SOURCE_FAULT_{fault.value}",
        text_vi=why.vi,
        text_en=why.en,
        recourses=[_recourse_message(recourse) for recourse in RECOURSES[fault]],
    )


def _recourse_message(recourse: Recourse) -> types_pb2.Recourse:
    text = recourse_text(recourse)
    return types_pb2.Recourse(code=f"RECOURSE_CODE_{recourse.value}", text_vi=text.vi, text_en=text.en)
