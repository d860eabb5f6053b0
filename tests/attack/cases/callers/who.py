"""Who asks: clients that are not registered, suspended, revoked or on a list, and what an entry does not say."""

from __future__ import annotations

from collections.abc import Callable

import grpc

from idverify.client import Client, ServiceError, Tls
from idverify.v1 import assertions_pb2, enrolment_pb2, records_pb2, types_pb2, verification_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.people import enrol, minutiae, number_of, touch, verification
from tests.attack.stage import ENTRIES, Entry, Server, Site, Stage
from tests.e2e.harness import PROCEDURE, context, read_refusal
from tests.e2e.open_stream import OpenStream
from tests.e2e.stubs import TESTING
from tests.e2e.test_trial_certificates import write_list
from tests.waiting import PATIENCE

_OTHER_PROCEDURE = "1.004222"
_DAYS = 5
"""For which certificates are valid: the log must say so."""

_CLIENTS = {
    **ENTRIES,
    "suspended": Entry(),
    "revoked": Entry(),
    "on-a-list": Entry(),
    "narrow": Entry(rest=f'procedures = {{ "{PROCEDURE}" = ["identity"] }}\n'),
    "keeper": Entry(("admin",), rest='record_types = ["residence"]\nreads_per_day = 2\n'),
}


def run(stage: Stage) -> Outcome:
    """Turn clients away on an open connection and an open stream; ask for what an entry does not give."""
    found, site = Findings(), stage.site(entries=_CLIENTS, days=_DAYS)
    write_list(site.folder)
    with site.serving(tls_client_crl=site.folder / "crl.pem") as server:
        enrol(server, [1, 2, 3])
        _note_states(found, site, server)
        _note_entitlements(found, server)
        _note_reading(found, server)
        certificates = {str(line["certificate"]) for line in server.logged("a certificate expires soon")}
        found.note(f"the log says whose certificates expire in {_DAYS} days", {"server", "authority"} <= certificates)
    return found.outcome


def _note_states(found: Findings, site: Site, server: Server) -> None:
    found.same("not registered", _called(server, "stranger"), "CLIENT_UNKNOWN")
    with _client(site, server, "admin") as chief:
        acts: dict[tuple[str, str], Callable[[], object]] = {
            ("suspended", "CLIENT_SUSPENDED"): lambda: chief.suspend_client("suspended"),
            ("revoked", "CLIENT_REVOKED"): lambda: chief.revoke_client("revoked"),
            ("on-a-list", "CERTIFICATE_REVOKED"): lambda: write_list(site.folder, "on-a-list"),
        }
        for (name, reason), act in acts.items():
            with _client(site, server, name) as client:
                stream = OpenStream(client)
                stream.ask()
                stream.answers.get(timeout=PATIENCE)
                before = _called(server, name)
                act()
                if name == "on-a-list":  # the file is looked at now and then
                    stream.ended.wait(PATIENCE)
                after = _called(server, name)
                ended = stream.ended.wait(PATIENCE) and stream.error is not None and stream.error.reason
            told = f"{name}: the next call {after or 'answered'}, the open stream {ended or 'goes on'}"
            found.note(told, (before, after, ended) == ("", reason, reason))
        chief.reinstate_client("suspended")
        found.note("who is reinstated goes on", _called(server, "suspended") == "")
        again = _reason(lambda: chief.reinstate_client("revoked"))
        found.same("reinstating who is revoked", again, "CLIENT_STATE_FINAL")


def _note_entitlements(found: Findings, server: Server) -> None:
    record = records_pb2.PutRecordRequest(
        context=context(),
        citizen_number=number_of(1),
        record_type="residence",
        json='{"permanent_address": {"province": "Bắc Ninh", "commune": "Kinh Bắc"}}',
    )
    server.stubs("keeper").records.PutRecord(record)
    for number, (name, wanted) in enumerate((("counter-1", "identity, residence"), ("narrow", "identity")), 1):
        given = sorted(record.record_type for record in _verify(server, name, number).disclosure.records)
        found.same(f"records that {name} is given", ", ".join(given), wanted)
    other = _reason(lambda: _verify(server, "narrow", 3, procedure_code=_OTHER_PROCEDURE))
    found.same("a procedure that the entry does not list", other, "CLIENT_NOT_ENTITLED")
    record.context.CopyFrom(context())
    record.record_type = "land"
    refused = _reason(lambda: server.stubs("keeper").records.PutRecord(record))
    found.same("a record type that the entry does not list", refused, "CLIENT_NOT_ENTITLED")


def _note_reading(found: Findings, server: Server) -> None:
    stubs = server.stubs("keeper")

    def listed(stated: types_pb2.RequestContext) -> enrolment_pb2.ListCitizensResponse:
        answer: enrolment_pb2.ListCitizensResponse = stubs.enrolment.ListCitizens(
            enrolment_pb2.ListCitizensRequest(context=stated, page_size=10)
        )
        return answer

    def read(stated: types_pb2.RequestContext) -> object:
        return stubs.records.GetRecord(
            records_pb2.GetRecordRequest(context=stated, citizen_number=number_of(1), record_type="residence")
        )

    def got(stated: types_pb2.RequestContext) -> object:
        asked = enrolment_pb2.GetCitizenRequest(context=stated, citizen_number=number_of(1))
        return stubs.enrolment.GetCitizen(asked)

    without = types_pb2.RequestContext()
    reasons = [_reason(lambda: listed(without)), _reason(lambda: read(without)), _reason(lambda: got(without))]
    found.same("ListCitizens, GetRecord and GetCitizen without a purpose", reasons, ["FIELD_MISSING"] * 3)
    found.same("citizens that a budget of 2 lists of 3", len(listed(TESTING).citizens), 2)
    reasons = [_reason(lambda: listed(TESTING)), _reason(lambda: read(TESTING)), _reason(lambda: got(TESTING))]
    found.same("after that", reasons, ["READ_BUDGET_EXCEEDED"] * 3)


def _client(site: Site, server: Server, name: str) -> Client:
    files = (site.folder / file for file in ("ca.crt", f"{name}.crt", f"{name}.key"))
    return Client(server.service.address, tls=Tls.from_files(*files), timeout=PATIENCE)


def _verify(server: Server, name: str, impression: int, **fields: str) -> verification_pb2.VerifyResponse:
    asked = verification(1, [minutiae(touch(1, impression))], **fields)
    answer: verification_pb2.VerifyResponse = server.stubs(name).verification.Verify(asked)
    return answer


def _called(server: Server, name: str) -> str:
    """Return why a call is refused that every client may make; empty: it is answered."""
    return _reason(lambda: server.stubs(name).assertions.GetKeySet(assertions_pb2.GetKeySetRequest()))


def _reason(call: Callable[[], object]) -> str:
    try:
        call()
    except grpc.RpcError as error:
        return read_refusal(error).reason
    except ServiceError as error:
        return error.reason
    return ""


CASE = Case(
    number="who",
    name="clients and their entries",
    before="any counter could use any procedure; reading in bulk had neither purpose nor budget; a client had no state",
    wanted="every call and every request of a stream is asked whose it is and what the entry says; the rest is refused",
    run=run,
)
