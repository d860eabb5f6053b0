"""What two officers vouch for over mutual TLS: a citizen who can show no finger, and what was written on paper."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from idverify.cli import build_app
from idverify.client import Client, Desk, ServiceError, Tls, verify_assertion
from idverify.domain.catalogue.local_day import VIET_NAM
from idverify.v1 import catalogue_pb2, slips_pb2, types_pb2
from idverify.v1 import transactions_pb2 as pb
from tests.databases import Databases
from tests.e2e.certificates import Authority
from tests.e2e.harness import NUMBER, PROCEDURE, RunningServer, enrolment, local_settings, print_of, start_server
from tests.service_kit import ISSUER
from tests.waiting import PATIENCE

AGENCY = "H05.12"
CLIENTS = """
[clients.office]
roles = ["admin", "enroller", "auditor"]
sample_kinds = ["minutiae"]
procedures = { "1.001193" = ["*"] }

[clients.first]
roles = ["counter"]
sample_kinds = ["minutiae"]
agency_code = "H05.12"
procedures = { "1.001193" = ["*"] }

[clients.second]
roles = ["counter"]
agency_code = "H05.12"
procedures = { "1.001193" = ["*"] }
"""
INJURED = pb.EXCEPTION_REASON_INJURED
CARD = pb.SeenDocument(kind=pb.DOCUMENT_KIND_IDENTITY_CARD, number="027084000999")


@dataclass
class Office:
    """A server, and its clients by the names of their certificates."""

    folder: Path
    server: RunningServer

    def tls(self, name: str) -> Tls:
        return Tls.from_files(self.folder / "authority.crt", self.folder / f"{name}.crt", self.folder / f"{name}.key")

    def client(self, name: str, officer: str = "") -> Client:
        return Client(self.server.address, tls=self.tls(name), desk=Desk("", officer), timeout=PATIENCE)

    def run(self, name: str, *arguments: str) -> Result:
        files = {"--ca": "authority.crt", "--cert": f"{name}.crt", "--key": f"{name}.key"}
        tls = [part for option, file in files.items() for part in (option, str(self.folder / file))]
        return CliRunner().invoke(build_app(), [*arguments, "--server", self.server.address, *tls])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    authority = Authority(folder)
    for name in ("server", "office", "first", "second"):
        authority.issue(name)
    (folder / "clients.toml").write_text(CLIENTS)
    files = {"tls_cert": folder / "server.crt", "tls_key": folder / "server.key", "tls_client_ca": authority.path}
    settings = local_settings(folder / "data", databases, clients_file=folder / "clients.toml", issuer=ISSUER, **files)
    made = Office(folder, start_server(settings))
    with made.client("office") as client:
        catalogue = json.loads(client.export_catalogue(catalogue_pb2.CATALOGUE_FORMAT_JSON))
        (procedure,) = [one for one in catalogue["procedures"] if one["code"] == PROCEDURE]
        changed = {"procedures": [procedure | {"exceptions_allowed": True, "legal_basis": "Luật Hộ tịch"}]}
        client.import_catalogue(json.dumps(changed).encode(), catalogue_pb2.CATALOGUE_FORMAT_JSON)
        client.enrol(NUMBER, enrolment().personal_data, enrolment().samples)
    yield made
    made.server.stop()


def begun(client: Client) -> tuple[pb.StartTransactionResponse, pb.AskExceptionResponse]:
    started = client.start_transaction(client.new_context(procedure=PROCEDURE, dossier="HS-1"), NUMBER)
    asked = client.ask_exception(
        client.step_after(started.nonce, started.standing), NUMBER, INJURED, [CARD], "băng tay"
    )
    return started, asked


def refused(ask: Callable[[], object], reason: str, field: str = "") -> None:
    with pytest.raises(ServiceError) as caught:
        ask()
    assert (caught.value.reason, caught.value.metadata.get("field", "")) == (reason, field)


@pytest.mark.every_database
def test_two_officers_and_their_certificates(office: Office, tmp_path: Path) -> None:
    with office.client("first", "CB-1") as first, office.client("second", "CB-2") as second:
        started, asked = begun(first)
        assert asked.standing.next.action == types_pb2.OFFICER_ACTION_SECOND_OFFICER
        assert asked.standing.next.text_vi.startswith("Mời cán bộ thứ hai")
        transaction = asked.standing.transaction_id
        context = first.new_context()
        context.officer_id = "CB-2"
        refused(lambda: first.confirm_exception(transaction, NUMBER, INJURED, context), "CLIENT_NOT_AUTHORIZED")
        refused(lambda: second.confirm_exception("", NUMBER, INJURED), "FIELD_MISSING", "transaction_id")
        told = second.confirm_exception(transaction, NUMBER, INJURED)
        assert told.first_officer_id == "CB-1"
        standing = first.get_transaction(transaction)
        assert standing.next.action == types_pb2.OFFICER_ACTION_CONCLUDE
        done = first.authenticate_by_exception(first.step_after(started.nonce, standing), NUMBER, sd_jwt=True)
        keys = first.key_set().jwks_json
        for token in (done.disclosure.assertion.jwt, done.disclosure.assertion.sd_jwt):
            claims = verify_assertion(token, keys, issuer=ISSUER, audience=AGENCY, exceptions=True)
            assert claims["exception"]["officers"] == ["CB-1", "CB-2"]
    table = tmp_path / "counts.csv"
    result = office.run("office", "exceptions", "count", "--csv", str(table))
    assert result.exit_code == 0, result.output
    (row,) = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    assert (row["officer_id"], row["second_officer_id"], row["kind"], row["reason"], row["count"]) == (
        *("CB-1", "CB-2", "exception", "INJURED"),
        "1",
    )


def test_the_second_officer_confirms_by_the_command_line(office: Office) -> None:
    with office.client("first", "CB-1") as first:
        _, asked = begun(first)
        arguments = ("exceptions", "confirm", asked.standing.transaction_id, NUMBER, "--reason", "injured")
        result = office.run("second", *arguments, "--officer", "CB-2")
        assert result.exit_code == 0, result.output
        assert "CB-1" in result.output
        assert first.get_transaction(asked.standing.transaction_id).next.action == types_pb2.OFFICER_ACTION_CONCLUDE


def seen(kind: str, number: str) -> dict[str, object]:
    return {"documents": [pb.SeenDocument(kind=f"DOCUMENT_KIND_{kind}", number=number)]}


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"reason": 0}, "FIELD_MISSING", "reason"),
        ({"reason": 99}, "FIELD_INVALID", "reason"),
        ({"documents": []}, "FIELD_MISSING", "documents"),
        ({"documents": [CARD] * 11}, "FIELD_INVALID", "documents"),
        ({"documents": [pb.SeenDocument(number="1")]}, "FIELD_MISSING", "documents.kind"),
        (seen("OTHER", "1"), "FIELD_MISSING", "note"),
        (seen("PASSPORT", " "), "FIELD_MISSING", "documents.number"),
        (seen("PASSPORT", "1" * 41), "FIELD_INVALID", "documents.number"),
        ({"note": "x" * 301}, "FIELD_INVALID", "note"),
        ({"note": "a\u200bb"}, "FIELD_INVALID", "note"),
    ],
    ids=str,
)
def test_what_an_exception_says_is_looked_at(office: Office, changes: Any, reason: str, field: str) -> None:
    said = {"reason": INJURED, "documents": [CARD], "note": ""} | changes
    with office.client("first", "CB-1") as first:
        started = first.start_transaction(first.new_context(procedure=PROCEDURE), NUMBER)
        after = first.step_after(started.nonce, started.standing)
        refused(lambda: first.ask_exception(after, NUMBER, **said), reason, field)
        assert first.get_transaction(started.standing.transaction_id).step == started.standing.step
        first.end_transaction(after)


@pytest.mark.every_database
def test_a_slip_from_the_drawer_into_the_register(office: Office, tmp_path: Path) -> None:
    sheet, scan = tmp_path / "slips.pdf", tmp_path / "scan.pdf"
    scan.write_bytes(b"scanned")
    result = office.run("first", "slips", "issue", str(sheet), "--count", "2")
    assert result.exit_code == 0, result.output
    assert sheet.read_bytes().startswith(b"%PDF")
    with office.client("first") as first, office.client("second") as second:
        number = first.issue_slips(1).numbers[0]
        waiting = [slip.serial for slip in second.slips(slips_pb2.SLIP_STATE_ISSUED)]
        assert waiting == ["000001", "000002", "000003"]
        now = f"{datetime.now(UTC).astimezone(VIET_NAM):%Y-%m-%dT%H:%M:%S}"
        said = ("--procedure", PROCEDURE, "--seen", now, "--first", "CB-1", "--second", "CB-2")
        paper = (number, NUMBER, *said, "--document", "identity_card:027084000999", "--scan", str(scan))
        wrong = office.run("second", "slips", "reconcile", *paper, "--document", "ticket:1")
        assert wrong.exit_code == 2, wrong.output
        result = office.run("second", "slips", "reconcile", *paper)
        assert result.exit_code == 0, result.output
        assert "000003" in result.output
        assert office.run("second", "slips", "void", "000001", "--reason", "bị ướt").exit_code == 0
        for state, serials in (("void", ["000001"]), ("reconciled", ["000003"]), ("issued", ["000002"])):
            listed = office.run("first", "slips", "list", "--state", state, "--json")
            assert [slip["serial"] for slip in json.loads(listed.output)["slips"]] == serials
        assert "bị ướt" in office.run("first", "slips", "list", "--state", "all").output
        context = first.new_context(procedure=PROCEDURE)
        started = first.start_transaction(context, NUMBER, number)
        after = first.step_after(started.nonce, started.standing)
        captured = first.add_capture(after, print_of("alice/RIGHT_INDEX/80"))
        first.authenticate_citizen(first.step_after(started.nonce, captured.standing), NUMBER)
        assert [slip.serial for slip in first.slips(slips_pb2.SLIP_STATE_CONFIRMED)] == ["000003"]
    with office.client("office") as client:
        event = next(e for e in client.audit_events() if e.outcome == "SLIP")
        assert json.loads(event.details_json)["scan_sha256"] == hashlib.sha256(b"scanned").hexdigest()


def test_no_slips_are_issued_of_which_nobody_has_the_sheet(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def issued() -> list[str]:
        with office.client("first") as first:
            return [slip.serial for slip in first.slips(slips_pb2.SLIP_STATE_UNSPECIFIED)]

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before, sheet = issued(), tmp_path / "slips.pdf"
    sheet.write_text("of other slips")
    for target in (sheet, tmp_path / "nowhere" / "slips.pdf"):
        assert office.run("first", "slips", "issue", str(target), "--count", "2").exit_code == 2
    assert (sheet.read_text(), issued()) == ("of other slips", before)
    again = tmp_path / "again.pdf"
    assert office.run("first", "slips", "issue", str(again), "--count", "51").exit_code == 2
    assert office.run("first", "slips", "issue", str(again), "--request-id", "x").exit_code == 1
    lost = CliRunner().invoke(build_app(), ["slips", "issue", str(again), "--server", "127.0.0.1:1", "--timeout", "20"])
    assert "request_id = " in lost.stderr
    assert not again.exists()
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        told = office.run("first", "slips", "issue", str(again), "--count", "2")
    assert (told.exit_code, again.exists(), len(issued())) == (2, False, len(before) + 2)
    first, last = issued()[-2:]
    assert f"{first} to {last} are issued" in told.stderr
    repeated = told.stderr.split("--request-id ")[1].split()[0]
    result = office.run("first", "slips", "issue", str(again), "--count", "2", "--request-id", repeated)
    assert (result.exit_code, len(issued())) == (0, len(before) + 2)
    assert first in result.output
    assert (again.read_bytes()[:4], again.stat().st_mode & 0o777) == (b"%PDF", 0o600)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"slip_number": ""}, "FIELD_MISSING", "slip_number"),
        ({"slip_number": "1"}, "FIELD_INVALID", "slip_number"),
        ({"officers": ("CB-1", "")}, "FIELD_MISSING", "second_officer_id"),
        ({"citizen_number": ""}, "FIELD_MISSING", "citizen_number"),
        ({"documents": []}, "FIELD_MISSING", "documents"),
        ({"handed_out": "x" * 301}, "FIELD_INVALID", "handed_out"),
        ({"scan_sha256": "AB" * 32}, "FIELD_INVALID", "scan_sha256"),
    ],
    ids=str,
)
def test_what_stands_on_a_slip_is_looked_at(office: Office, changes: Any, reason: str, field: str) -> None:
    with office.client("first") as first:
        context = first.new_context(procedure=PROCEDURE)
        paper = {
            "slip_number": "000001123456789042",
            "seen": datetime.now(UTC),
            "officers": ("CB-1", "CB-2"),
            "citizen_number": NUMBER,
            "documents": [CARD],
            "context": context,
        }
        refused(lambda: first.reconcile_slip(**paper | changes), reason, field)


def test_slips_are_asked_for_in_full(office: Office) -> None:
    with office.client("first") as first:
        refused(lambda: first.void_slip("", "torn"), "FIELD_MISSING", "serial")
        refused(lambda: first.void_slip("000001", " "), "FIELD_MISSING", "reason")
        refused(lambda: first.issue_slips(0), "FIELD_INVALID", "count")
        refused(lambda: list(first.slips(99)), "FIELD_INVALID", "state")  # type: ignore[arg-type]
