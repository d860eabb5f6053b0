"""What a match gives, on the wire: records, and why there are no others."""

from __future__ import annotations

from collections.abc import Sequence

from idverify.domain import model
from idverify.domain.assurance import NO_BIOMETRIC, NO_BIOMETRIC_RULE, Factor, amr_of, assurance_of
from idverify.domain.disclosing.guidance import kept_back_text
from idverify.domain.guidance.assurance import assurance_text, no_biometric_text
from idverify.rpc.convert.answers import record_message, timestamp
from idverify.rpc.convert.sources import silent_message
from idverify.v1 import types_pb2
from idverify.v1 import verification_pb2 as pb


def disclosure_message(disclosure: model.Disclosure | None) -> pb.Disclosure | None:
    """Return what a match gives; None stays None, and the field unset."""
    if disclosure is None:
        return None
    message, signed = disclosed_message(disclosure), disclosure.assertion
    message.assertion.CopyFrom(
        pb.Assertion(jwt=signed.jwt, expire_time=timestamp(signed.expires), sd_jwt=signed.sd_jwt)
    )
    message.assurance.CopyFrom(_assurance_message(disclosure.factors))
    return message


def disclosed_message(disclosure: model.Disclosed) -> pb.Disclosure:
    """Return what is disclosed, with no assertion of its own."""
    return pb.Disclosure(
        records=map(record_message, disclosure.records),
        missing_records=map(_missing_message, disclosure.missing),
        missing_optional_records=map(_missing_message, disclosure.missing_optional),
        replaced_papers=disclosure.replaced_papers,
        disputed_records=[
            types_pb2.DisputedRecord(
                record_type=item.record_type, title=item.title, paper=item.paper, fields=item.disputed
            )
            for item in disclosure.disputed
        ],
        silent_sources=[silent_message(item, item.fault) for item in disclosure.silent if item.fault is not None],
        refusals=[
            _refusal_message(item, verdict, lines, disclosure.offered)
            for item in disclosure.outcomes
            for verdict, lines in item.refused().items()
        ],
        legal_basis=disclosure.legal_basis,
    )


def _missing_message(item: model.RecordOutcome) -> types_pb2.MissingRecord:
    return types_pb2.MissingRecord(record_type=item.record_type, title=item.title, paper=item.paper)


def _assurance_message(factors: frozenset[Factor]) -> types_pb2.ReachedAssurance:
    if not factors:
        vouched = no_biometric_text()
        return types_pb2.ReachedAssurance(
            acr=NO_BIOMETRIC, rule=NO_BIOMETRIC_RULE, text_vi=vouched.vi, text_en=vouched.en
        )
    reached = assurance_of(factors)
    text = assurance_text(reached)
    return types_pb2.ReachedAssurance(
        acr=reached.acr, rule=reached.value, amr=amr_of(factors), text_vi=text.vi, text_en=text.en
    )


def _refusal_message(
    outcome: model.RecordOutcome, verdict: model.Verdict, lines: Sequence[model.FieldLine], offered: frozenset[Factor]
) -> pb.DisclosureRefusal:
    text = kept_back_text(outcome.access, verdict, [line.field for line in lines], offered)
    return pb.DisclosureRefusal(
        record_type=outcome.record_type,
        title=outcome.title,
        paper=outcome.paper,
        fields=[line.name for line in lines],
        cause=f"REFUSAL_CAUSE_{verdict.value}",
        text_vi=text.vi,
        text_en=text.en,
    )
