"""Who has the database alone: the trail is rolled back or emptied, a version or a template is taken away."""

from __future__ import annotations

from dataclasses import dataclass

from tests.attack.case import Case, Findings, Outcome
from tests.attack.people import enrol, minutiae, touch, verification
from tests.attack.stage import Server, Site, Stage
from tests.attack.starts import note_refused_starts
from tests.e2e.harness import refusal
from tests.register_kit import Register

_LOSSES = (
    *("the trail", "the newest version of a record", "a template", "the last event", "the end, moved"),
    *("a record's newest version, junk in its place", "a template, another in its place", "a citizen"),
)


def run(stage: Stage) -> Outcome:
    """Put a former end back while the service runs and before it starts; then take away and exchange rows."""
    found = Findings()
    site = stage.site("rolled-back")
    with site.serving() as server:
        _put_back(found, site, server)
        server.kill()
    start = site.refused_start()
    refused = start.status != 0 and "and the trail had come to event" in start.text
    found.note("an old end put back: the next start " + ("is refused and says so" if refused else start.text), refused)
    note_refused_starts(found, stage.site(), _LOSSES if stage.full else _LOSSES[:1])
    return found.outcome


@dataclass(frozen=True)
class _End:
    """The row that says where the trail ends, as SQL."""

    sequence: object
    row: str

    @classmethod
    def read(cls, register: Register) -> _End:
        ((sequence, row),) = register.ask(
            "SELECT sequence, 'sequence = ' || sequence || ', hash = ' || quote(hash) || ', mac = ' || quote(mac) "
            "|| ', state_sealed = ' || quote(state_sealed) FROM audit_head"
        )
        return cls(sequence, str(row))


def _put_back(found: Findings, site: Site, server: Server) -> None:
    register = Register(site.data)
    enrol(server, [1])
    old = _End.read(register)
    enrol(server, [2])
    site.wait_until_noted()
    register.tamper(f"UPDATE audit_head SET {old.row}", f"DELETE FROM audit WHERE sequence > {old.sequence}")
    request = verification(1, [minutiae(touch(1, 1))])
    reason = refusal(server.stubs("counter-1").verification.Verify, request).reason
    found.same("an old end put back while the service runs: the next call", reason, "INTERNAL")
    causes = [str(line.get("cause")) for line in server.logged("call failed")]
    told = len(causes) == 1 and "the audit trail was taken back" in causes[0]
    found.note("and the log says that the trail was taken back" if told else f"and the log says {causes}", told)


CASE = Case(
    number="7",
    name="the trail rolled back or emptied",
    before="an old end of the trail put back, both tables emptied while citizens exist, the newest version of a record "
    "or a template deleted: none of it was noticed",
    wanted="refused by the next call and by the next start, which says what is wrong",
    run=run,
)
