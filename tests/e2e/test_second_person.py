"""Dangerous acts over mutual TLS: kept, seen and approved by another client, done once, and not otherwise."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from idverify.cli import build_app
from idverify.client import Client, ServiceError, Tls
from idverify.v1 import acts_pb2, audit_pb2, catalogue_pb2, types_pb2
from idverify.v1 import clients_pb2 as pb
from idverify.v1.citizens_pb2 import ChangeGrounds
from idverify.v1.enrolment_pb2 import PersonalData
from tests.databases import Databases
from tests.e2e.certificates import Authority
from tests.e2e.harness import NUMBER, OTHER_NUMBER, PROCEDURE, RunningServer, enrolment, local_settings, start_server
from tests.fakes import FakeClock
from tests.waiting import PATIENCE

pytestmark = pytest.mark.every_database

NAMES = ("server", "chief", "deputy", "enroller", "auditor", "keeper")
CLIENTS = """
[clients.chief]
roles = ["admin"]
record_types = ["*"]

[clients.deputy]
roles = ["admin"]

[clients.double]
roles = ["admin"]

[clients.bound]
roles = ["admin"]
agency_code = "H99"

[clients.enroller]
roles = ["enroller"]
sample_kinds = ["minutiae"]
procedures = { "1.001193" = ["*"] }

[clients.auditor]
roles = ["auditor"]
"""
GROUNDS = ChangeGrounds(reason="CHANGE_REASON_RECORDING_ERROR", grounds="decision 7")
ADMIN = pb.Client(name="keeper", certificate_name="keeper", roles=["CLIENT_ROLE_ADMIN"])


@dataclass
class Office:
    """A server that asks for two people, and its clients by the names of their certificates."""

    folder: Path
    clock: FakeClock = field(default_factory=lambda: FakeClock(datetime.now(UTC)))
    server: RunningServer = field(init=False)

    @contextmanager
    def client(self, name: str) -> Iterator[Client]:
        tls = Tls.from_files(self.folder / "authority.crt", self.folder / f"{name}.crt", self.folder / f"{name}.key")
        with Client(self.server.address, tls=tls, timeout=PATIENCE) as client:
            yield client

    def asked(self, ask: Callable[[], object]) -> acts_pb2.GetActResponse:
        """Ask for something that is kept, and return the act as the deputy sees it."""
        refusal = refused(ask, "SECOND_PERSON_REQUIRED")
        assert refusal.code.name == "FAILED_PRECONDITION"
        with self.client("deputy") as deputy:
            seen = deputy.act(refusal.metadata["act_id"])
        assert seen.act.digest == refusal.metadata["digest"]
        return seen

    def trail(self) -> list[audit_pb2.AuditEvent]:
        with self.client("auditor") as auditor:
            assert auditor.check_audit_trail(full=True).intact
            return list(auditor.audit_events())

    def is_enrolled(self, number: str = NUMBER) -> bool:
        with self.server.application.store.reading() as view:
            return view.subjects.id_of(number) is not None

    def enrol(self, number: str = NUMBER, who: str = "alice") -> None:
        request = enrolment(number, who)
        with self.client("enroller") as enroller:
            enroller.enrol(number, request.personal_data, request.samples)


@pytest.fixture
def office(tmp_path: Path, databases: Databases) -> Iterator[Office]:
    authority = Authority(tmp_path)
    for name in (*NAMES, "bound"):
        authority.issue(name)
    authority.issue("double", key_of="chief")
    (tmp_path / "clients.toml").write_text(CLIENTS)
    files = {"tls_cert": tmp_path / "server.crt", "tls_key": tmp_path / "server.key", "tls_client_ca": authority.path}
    acts = ("erase", "export", "catalogue", "admin-client")
    settings = local_settings(
        tmp_path / "data", databases, clients_file=tmp_path / "clients.toml", second_person=acts, **files
    )
    office = Office(tmp_path)
    office.server = start_server(settings, clock=office.clock)
    office.enrol()
    yield office
    office.server.stop()


def refused(ask: Callable[[], object], reason: str) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        ask()
    assert caught.value.reason == reason
    return caught.value


def run(office: Office, name: str, *arguments: str, answer: str | None = None) -> Result:
    files = {"--ca": "authority.crt", "--cert": f"{name}.crt", "--key": f"{name}.key"}
    tls = [part for option, file in files.items() for part in (option, str(office.folder / file))]
    return CliRunner().invoke(build_app(), [*arguments, "--server", office.server.address, *tls], input=answer)


def erasing(client: Client, number: str = NUMBER, **stated: Any) -> tuple[types_pb2.RequestContext, Callable[[], Any]]:
    context = client.new_context(purpose=types_pb2.PURPOSE_CITIZEN_REQUEST, **stated)
    return context, lambda: client.delete_citizen(number, context)


def test_a_citizen_is_erased_by_two_people_and_once(office: Office) -> None:
    with office.client("enroller") as enroller, office.client("chief") as chief:
        _, erase = erasing(enroller, dossier="D-7")
        seen = office.asked(erase)
        assert office.asked(erase).act == seen.act, "asked twice, kept once"
        assert office.is_enrolled()
        assert (seen.act.asked_by, seen.act.kind) == ("enroller", acts_pb2.ACT_KIND_ERASE)
        assert (seen.act.context.dossier_code, seen.act.context.purpose) == ("D-7", types_pb2.PURPOSE_CITIZEN_REQUEST)
        assert json.loads(seen.request_json)["citizen_number"] == NUMBER
        (listed,) = chief.acts()
        assert listed == seen.act
        assert refused(lambda: enroller.approve_act(seen.act.act_id, seen.act.digest), "CLIENT_NOT_AUTHORIZED")
        approving = chief.new_context()
        done = chief.approve_act(seen.act.act_id, seen.act.digest, approving)
        assert (done.state, done.decided_by) == (acts_pb2.ACT_STATE_DONE, "chief")
        assert not office.is_enrolled()
        answer = erase()
        assert answer.removed_templates == 2
        # Nothing of it can be had done again: neither the request, nor the approval.
        office.enrol()
        assert erase() == answer
        assert chief.approve_act(seen.act.act_id, seen.act.digest, approving) == done
        assert chief.approve_act(seen.act.act_id, seen.act.digest) == done
        assert office.is_enrolled()
        assert chief.act(seen.act.act_id).request_json == ""
    events = [(e.caller, e.action, e.outcome, json.loads(e.details_json)) for e in office.trail()]
    (held,) = [details for *who, details in events if who == ["enroller", "DeleteCitizen", "HELD"]]
    assert (held["act_id"], held["digest"], held["act"]) == (seen.act.act_id, seen.act.digest, "erase")
    (approved,) = [details for *who, details in events if who == ["chief", "ApproveAct", "APPROVED"]]
    assert (approved["act_id"], approved["asked_by"]) == (seen.act.act_id, "enroller")
    (deleted,) = [details for *who, details in events if who == ["enroller", "DeleteCitizen", "DELETED"]]
    assert len(deleted.pop("encounters")) == 1
    assert deleted == {"templates": 2, "act_id": seen.act.act_id, "approved_by": "chief"}


def _merged(client: Client) -> None:
    client.merge_citizens(NUMBER, OTHER_NUMBER, GROUNDS, despite_prints=True)


def _renumbered(client: Client) -> None:
    client.replace_citizen_number(NUMBER, "027199000555", GROUNDS)
    client.replace_citizen_number(OTHER_NUMBER, NUMBER, GROUNDS)


def _corrected(client: Client) -> None:
    client.correct_personal_data(NUMBER, PersonalData(full_name="Lê Văn Ba"), GROUNDS)


@pytest.mark.parametrize("change", [_merged, _renumbered, _corrected])
@pytest.mark.parametrize("seen_before", [True, False])
def test_what_was_asked_for_one_citizen_is_not_done_to_another(
    office: Office, change: Callable[[Client], None], seen_before: bool
) -> None:
    office.enrol(OTHER_NUMBER, "bob")
    with office.client("enroller") as enroller, office.client("chief") as chief:
        asked = enroller.get_citizen(NUMBER, purpose=types_pb2.PURPOSE_CORRECTION)
        _, erase = erasing(enroller)
        seen = office.asked(erase)
        assert (seen.subject_id, seen.citizen_version) == (asked.subject_id, 1)
        change(enroller)
        if seen_before:
            told = refused(lambda: chief.approve_act(seen.act.act_id, seen.act.digest), "ACT_STALE")
            assert told.metadata == {"act_id": seen.act.act_id}
        refused(erase, "ACT_STALE")
        with office.server.application.store.reading() as view:
            assert view.subjects.count() == 2
        anew = office.asked(erasing(enroller)[1])
        assert anew.citizen_version == 2
        now = enroller.get_citizen(NUMBER, purpose=types_pb2.PURPOSE_CORRECTION)
        assert list(anew.absorbed_subject_ids) == list(now.absorbed_subject_ids)
        chief.approve_act(anew.act.act_id, anew.act.digest)
        assert not office.is_enrolled()


def test_a_record_is_not_read_of_another_than_was_approved(office: Office) -> None:
    office.enrol(OTHER_NUMBER, "bob")

    def read() -> object:
        with office.client("chief") as chief:
            return chief.get_record(NUMBER, "residence", types_pb2.PURPOSE_CORRECTION)

    act = office.asked(read).act
    with office.client("deputy") as deputy, office.client("enroller") as enroller:
        deputy.approve_act(act.act_id, act.digest)
        refused(read, "RECORD_NOT_FOUND")
        _renumbered(enroller)
    assert office.asked(read).act.act_id != act.act_id


def test_an_act_that_names_somebody_who_is_erased_ends_with_them(office: Office) -> None:
    def read() -> object:
        with office.client("chief") as chief:
            return chief.get_record(NUMBER, "residence", types_pb2.PURPOSE_CITIZEN_REQUEST)

    with office.client("enroller") as enroller, office.client("chief") as chief, office.client("deputy") as deputy:
        reading = office.asked(read)
        again, erasure = office.asked(erasing(enroller)[1]), office.asked(erasing(enroller)[1])
        other = office.asked(erasing(enroller, OTHER_NUMBER)[1])
        assert other.subject_id == ""
        done = chief.approve_act(erasure.act.act_id, erasure.act.digest)
        assert done.state == acts_pb2.ACT_STATE_DONE
        for seen in (reading, again):
            left = deputy.act(seen.act.act_id)
            assert (left.act.state, left.request_json, left.subject_id) == (acts_pb2.ACT_STATE_EXPIRED, "", "")
        assert deputy.act(other.act.act_id) == other
        assert office.asked(read).act.act_id != reading.act.act_id
    assert [e.outcome for e in office.trail() if e.outcome == "EXPIRED"] == ["EXPIRED", "EXPIRED"]


def test_nobody_is_their_own_second_person(office: Office) -> None:
    """Not under their name, not by another name with the same key, and not for an agency that is not theirs."""
    with office.client("chief") as chief, office.client("double") as double, office.client("bound") as bound:
        context = chief.new_context()
        act = office.asked(lambda: chief.register_client(ADMIN, context)).act
        for approver in (chief, double):
            refused(lambda one=approver: one.approve_act(act.act_id, act.digest), "CLIENT_NOT_AUTHORIZED")  # type: ignore[misc]
        other = chief.new_context()
        other.agency_code = "H05.12"
        elsewhere = office.asked(lambda: chief.register_client(ADMIN, other)).act
        refused(lambda: bound.approve_act(elsewhere.act_id, elsewhere.digest), "CLIENT_NOT_AUTHORIZED")
        assert [c.name for c in chief.registered_clients() if c.name == "keeper"] == []
        with office.client("deputy") as deputy:
            refused(lambda: deputy.approve_act(act.act_id, "00" * 32), "FIELD_INVALID")
            refused(lambda: deputy.approve_act(act.act_id, ""), "FIELD_MISSING")
            refused(lambda: deputy.approve_act(act.act_id, "no"), "FIELD_INVALID")
            deputy.approve_act(act.act_id, act.digest)
        assert chief.register_client(ADMIN, context).name == "keeper"
    with office.client("keeper") as keeper:
        assert len(list(keeper.acts())) == 2
    refusals = [e for e in office.trail() if (e.action, e.outcome) == ("ApproveAct", "REFUSED")]
    assert [(e.caller, json.loads(e.details_json)["act_id"]) for e in refusals] == [
        ("chief", act.act_id),
        ("double", act.act_id),
        ("bound", elsewhere.act_id),
    ]


def test_another_request_under_the_same_id_is_not_what_was_approved(office: Office) -> None:
    office.enrol(OTHER_NUMBER, "bob")
    with office.client("enroller") as enroller, office.client("chief") as chief:
        context, erase = erasing(enroller)
        act = office.asked(erase).act
        refused(lambda: enroller.delete_citizen(OTHER_NUMBER, context), "REQUEST_REPLAYED")
        chief.approve_act(act.act_id, act.digest)
        refused(lambda: enroller.delete_citizen(OTHER_NUMBER, context), "REQUEST_REPLAYED")
        assert not office.is_enrolled()
        assert office.is_enrolled(OTHER_NUMBER)


def test_who_may_not_any_more_has_nothing_done(office: Office) -> None:
    """Between asking and approving: suspended, bound elsewhere, without the procedure, without the role."""
    with office.client("enroller") as enroller, office.client("chief") as chief:
        _, erase = erasing(enroller, procedure="1.001193")
        act = office.asked(erase).act
        as_it_was = chief.registered_client("enroller")

        def approve() -> acts_pb2.Act:
            return chief.approve_act(act.act_id, act.digest)

        def changed(**entry: Any) -> pb.Client:
            client = pb.Client()
            client.CopyFrom(as_it_was)
            for name, value in entry.items():
                client.ClearField(name)
                client.MergeFrom(pb.Client(**{name: value}))
            return client

        chief.suspend_client("enroller")
        assert refused(approve, "ACT_NO_LONGER_ALLOWED").metadata == {"reason": "CLIENT_SUSPENDED"}
        chief.reinstate_client("enroller")
        for entry, reason in (
            (changed(agency_code="H99"), "CLIENT_NOT_AUTHORIZED"),
            (changed(entitlements=[]), "CLIENT_NOT_ENTITLED"),
            (changed(roles=["CLIENT_ROLE_COUNTER"]), "CLIENT_NOT_AUTHORIZED"),
            (changed(certificate_name="somebody-else"), "CLIENT_UNKNOWN"),
        ):
            if reason == "CLIENT_NOT_AUTHORIZED" and entry.agency_code:
                context, at_an_agency = erasing(enroller)
                context.agency_code = "H05.12"
                other = office.asked(at_an_agency).act
                chief.update_client(entry)
                refused(lambda one=other: chief.approve_act(one.act_id, one.digest), "ACT_NO_LONGER_ALLOWED")  # type: ignore[misc]
                continue
            chief.update_client(entry)
            assert refused(approve, "ACT_NO_LONGER_ALLOWED").metadata == {"reason": reason}
        chief.update_client(as_it_was)
        assert office.is_enrolled()
        approve()
        assert not office.is_enrolled()


def test_a_second_person_who_is_none_any_more_approves_nothing(office: Office) -> None:
    with office.client("enroller") as enroller, office.client("chief") as chief, office.client("deputy") as deputy:
        act = office.asked(erasing(enroller)[1]).act
        chief.update_client(pb.Client(name="deputy", certificate_name="deputy", roles=["CLIENT_ROLE_AUDITOR"]))
        refused(lambda: deputy.approve_act(act.act_id, act.digest), "CLIENT_NOT_AUTHORIZED")
        chief.suspend_client("deputy")
        refused(lambda: deputy.approve_act(act.act_id, act.digest), "CLIENT_SUSPENDED")
        assert office.is_enrolled()


def test_whoever_becomes_an_administrator_does_so_by_two_people(office: Office) -> None:
    """Registered, raised, given another certificate, reinstated; being taken away needs one, who may be in a hurry."""
    with office.client("chief") as chief:
        office.asked(lambda: chief.register_client(ADMIN))
        raised = pb.Client(name="enroller", certificate_name="enroller", roles=["CLIENT_ROLE_ADMIN"])
        office.asked(lambda: chief.update_client(raised))
        mine = pb.Client(name="deputy", certificate_name="chief-2", roles=["CLIENT_ROLE_ADMIN"])
        office.asked(lambda: chief.update_client(mine))
        chief.suspend_client("bound")
        office.asked(lambda: chief.reinstate_client("bound"))
        refused(lambda: chief.reinstate_client("nobody"), "CLIENT_NOT_FOUND")
        clerk = pb.Client(name="keeper", certificate_name="keeper", roles=["CLIENT_ROLE_COUNTER"])
        assert chief.register_client(clerk).version == 1


def test_what_was_rejected_or_expired_is_told_and_never_done(office: Office) -> None:
    with office.client("enroller") as enroller, office.client("chief") as chief, office.client("deputy") as deputy:
        _, erase = erasing(enroller)
        act = office.asked(erase).act
        assert deputy.reject_act(act.act_id).state == acts_pb2.ACT_STATE_REJECTED
        assert refused(erase, "ACT_REJECTED").metadata["decided_by"] == "deputy"
        refused(lambda: chief.approve_act(act.act_id, act.digest), "ACT_REJECTED")
        refused(lambda: chief.reject_act(act.act_id), "ACT_REJECTED")
        refused(lambda: chief.approve_act("1c0a1a8e-6a5b-4f0e-9f27-0a2a3b4c5d6e", "00"), "ACT_NOT_FOUND")
        refused(lambda: chief.approve_act("", "00"), "FIELD_MISSING")
        _, late = erasing(enroller)
        act = office.asked(late).act
        office.clock.advance(24 * 3600)
        for _ in range(2):
            refused(late, "ACT_EXPIRED")
            refused(lambda one=act: chief.approve_act(one.act_id, one.digest), "ACT_EXPIRED")  # type: ignore[misc]
            assert chief.act(act.act_id).request_json == ""
            office.server.application.gate.expire()
        assert [a.state for a in chief.acts()] == [acts_pb2.ACT_STATE_REJECTED, acts_pb2.ACT_STATE_EXPIRED]
        office.clock.advance(31 * 86_400)
        office.asked(erasing(enroller)[1])
        office.clock.advance(32 * 86_400)
        office.server.application.gate.expire()
        assert list(chief.acts()) == []
        assert office.is_enrolled()
    expired = [json.loads(e.details_json)["act_id"] for e in office.trail() if e.outcome == "EXPIRED"]
    assert expired[0] == act.act_id
    assert len(expired) == 2


def test_an_export_is_for_whoever_asked_until_it_expires(office: Office) -> None:
    def read() -> list[str]:
        with office.client("enroller") as enroller:
            return [c.citizen_number for c in enroller.citizens(types_pb2.PURPOSE_CORRECTION)]

    act = office.asked(read).act
    assert act.kind == acts_pb2.ACT_KIND_EXPORT
    with office.client("chief") as chief:
        assert chief.approve_act(act.act_id, act.digest).state == acts_pb2.ACT_STATE_APPROVED
        refused(lambda: chief.reject_act(act.act_id), "ACT_APPROVED")
        office.asked(lambda: list(chief.citizens(types_pb2.PURPOSE_CORRECTION)))
        office.asked(lambda: chief.get_record(NUMBER, "residence", types_pb2.PURPOSE_CORRECTION))
    assert read() == read() == [NUMBER]
    reads = [json.loads(e.details_json) for e in office.trail() if (e.action, e.outcome) == ("ListCitizens", "READ")]
    assert [details["approved_by"] for details in reads] == ["chief", "chief"]
    office.clock.advance(24 * 3600)
    assert office.asked(read).act.act_id != act.act_id


def test_the_command_line_shows_what_it_approves(office: Office) -> None:
    idverify = partial(run, office)
    asked = idverify("enroller", "delete", NUMBER, "--yes", "--json")
    assert asked.exit_code == 1
    told = json.loads(asked.stderr)["error"]["metadata"]
    act, repeat = told["act_id"], ("delete", NUMBER, "--yes", "--request-id", told["request_id"])
    assert act in idverify("deputy", "acts", "list").stdout
    assert NUMBER in idverify("deputy", "acts", "show", act).stdout
    no = idverify("deputy", "acts", "approve", act, answer="n\n")
    assert no.exit_code == 1
    assert NUMBER in no.stdout
    assert "SECOND_PERSON_REQUIRED" in idverify("enroller", *repeat).stderr
    assert "done" in idverify("deputy", "acts", "approve", act, answer="y\n").stdout
    assert idverify("enroller", *repeat).exit_code == 0
    assert idverify("deputy", "acts", "list").stdout == ""
    assert json.loads(idverify("deputy", "acts", "list", "--all", "--json").stdout)["acts"][0]["act_id"] == act
    again = json.loads(idverify("enroller", "delete", OTHER_NUMBER, "--yes", "--json").stderr)["error"]["metadata"]
    assert "rejected" in idverify("deputy", "acts", "reject", again["act_id"]).stdout
    digest = again["digest"]
    assert "ACT_REJECTED" in idverify("deputy", "acts", "approve", again["act_id"], "--digest", digest).stderr


def test_an_act_does_not_go_over_to_whoever_bears_the_certificate_next(office: Office) -> None:
    with office.client("enroller") as enroller, office.client("chief") as chief:
        act = office.asked(erasing(enroller)[1]).act
        chief.update_client(pb.Client(name="enroller", certificate_name="moved", roles=["CLIENT_ROLE_ENROLLER"]))
        chief.register_client(pb.Client(name="next", certificate_name="enroller", roles=["CLIENT_ROLE_ENROLLER"]))
        caught = refused(lambda: chief.approve_act(act.act_id, act.digest), "ACT_NO_LONGER_ALLOWED")
        assert caught.metadata == {"reason": "CLIENT_UNKNOWN"}
        assert office.is_enrolled()


def catalogue_of(office: Office, title: str) -> bytes:
    with office.client("chief") as chief:
        whole = json.loads(chief.export_catalogue(catalogue_pb2.CATALOGUE_FORMAT_JSON))
    (birth,) = [each for each in whole["procedures"] if each["code"] == PROCEDURE]
    return json.dumps({"procedures": [birth | {"title": title}]}).encode()


def test_the_catalogue_is_changed_by_two_people_and_as_they_saw_it(office: Office) -> None:
    as_json = catalogue_pb2.CATALOGUE_FORMAT_JSON
    one, other = catalogue_of(office, "Một"), catalogue_of(office, "Hai")
    with office.client("chief") as chief, office.client("deputy") as deputy:
        foreseen = chief.import_catalogue(one, as_json, dry_run=True)
        contexts = [chief.new_context() for _ in range(2)]
        acts = [
            office.asked(lambda c=c, f=f: chief.import_catalogue(f, as_json, c))  # type: ignore[misc]
            for c, f in zip(contexts, (one, other), strict=True)
        ]
        assert [act.act.kind for act in acts] == [acts_pb2.ACT_KIND_CATALOGUE] * 2
        assert base64.b64decode(json.loads(acts[0].request_json)["content"]) == one
        office.clock.advance(1)
        assert deputy.approve_act(acts[0].act.act_id, acts[0].act.digest).state == acts_pb2.ACT_STATE_DONE
        done = chief.import_catalogue(one, as_json, contexts[0])
        assert list(done.changes) == list(foreseen.changes)
        # By now it would change something else than was seen.
        refused(lambda: deputy.approve_act(acts[1].act.act_id, acts[1].act.digest), "ACT_STALE")
        assert chief.procedure(PROCEDURE).title == "Một"


def test_a_file_that_waits_is_told_by_its_digest_and_saved(office: Office) -> None:
    content = catalogue_of(office, "Một")
    with office.client("chief") as chief:
        act = office.asked(lambda: chief.import_catalogue(content, catalogue_pb2.CATALOGUE_FORMAT_JSON)).act
    file = office.folder / "seen.json"
    shown = run(office, "deputy", "acts", "show", act.act_id, "--save", str(file))
    assert shown.exit_code == 0, shown.output
    assert f"{len(content)} bytes" in shown.stdout
    assert file.read_bytes() == content
    with office.client("enroller") as enroller:
        act = office.asked(erasing(enroller)[1]).act
    assert run(office, "deputy", "acts", "show", act.act_id, "--save", str(file)).exit_code == 2
