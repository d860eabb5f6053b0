"""Who is proven what: to an auditor every event whole, to others their own as far as they were told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller, RequestContext, Role
from idverify.services.calls.call import Call, begin
from idverify.services.proving import ProvingService
from idverify.storage.store import open_store
from idverify.trust.log.keys import load_or_create_log_keys
from idverify.trust.log.notary import FileNotary
from idverify.trust.log.notes import VerifierKey
from idverify.trust.log.verifying import verify_proof
from tests.contract.store_kit import KEYS, entry
from tests.fakes import NoDeadline, PastDeadline

SUBJECT = "whom-it-is-about"


@pytest.fixture
def proving(tmp_path: Path) -> Iterator[ProvingService]:
    """Of three events of ``counter-7``."""
    keys = tmp_path / "log-keys.json"
    load_or_create_log_keys(keys, KEYS, "https://id.example.vn/cổng 1+2/")
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}", KEYS)
    with store.transaction() as uow:
        for _ in range(3):
            uow.audit.append(entry(SUBJECT))
    yield ProvingService(store, FileNotary(keys, KEYS))
    store.close()


def call(name: str, *roles: Role) -> Call:
    return begin(Caller(name, frozenset(roles)), RequestContext(), "GetEventProof", b"", NoDeadline())


def opened(proving: ProvingService, asked: Call) -> dict[str, object]:
    keys = list(map(VerifierKey.parse, proving.state(asked).keys))
    return verify_proof(proving.proof_of(asked, 2).encode(), keys).event


def test_a_client_is_proven_what_it_was_told(proving: ProvingService) -> None:
    event = opened(proving, call("counter-7", Role.COUNTER))
    assert (event["sequence"], event["outcome"], event["details"]) == (2, "MATCH", {})
    assert SUBJECT not in json.dumps(event)


def test_an_auditor_is_proven_all_of_it(proving: ProvingService) -> None:
    event = opened(proving, call("auditor", Role.AUDITOR))
    assert (event["subject_id"], event["caller"]) == (SUBJECT, "counter-7")


@pytest.mark.parametrize(
    ("asked", "sequence"),
    [
        (call("counter-8", Role.COUNTER, Role.ADMIN), 2),
        (call("counter-8", Role.COUNTER), 99),
        (call("counter-7", Role.COUNTER), 0),
        (call("auditor", Role.AUDITOR), 4),
    ],
)
def test_what_is_anothers_is_as_if_it_were_not_there(proving: ProvingService, asked: Call, sequence: int) -> None:
    with pytest.raises(DomainError, match="no such event") as refused:
        proving.proof_of(asked, sequence)
    assert refused.value.reason is Reason.EVENT_NOT_FOUND


def test_the_name_of_a_log_has_nothing_that_a_note_may_not_have(proving: ProvingService) -> None:
    origin, number = proving.state(call("x")).checkpoint.split("\n")[0].rsplit("/", 1)
    assert (origin, len(number)) == ("id.example.vn/cổng-1-2/audit", 8)


def test_nobody_is_answered_who_no_longer_waits(proving: ProvingService) -> None:
    late = begin(Caller("auditor", frozenset({Role.AUDITOR})), RequestContext(), "GetEventProof", b"", PastDeadline())
    for ask in (
        lambda: proving.proof_of(late, 1),
        lambda: proving.state(late),
        lambda: proving.consistency(late, 0, 0),
    ):
        with pytest.raises(DomainError) as refused:
            ask()
        assert refused.value.reason is Reason.DEADLINE_EXCEEDED
