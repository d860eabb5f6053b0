"""What passed without a word, or with too many: a clock that is set, names of nothing, a missing driver, libtiff."""

from __future__ import annotations

from idverify.v1 import biometrics_pb2, types_pb2
from tests.attack.case import Case, Findings, Outcome
from tests.attack.people import enrol, enrolment, minutiae, touch
from tests.attack.stage import Server, Site, Stage
from tests.e2e.harness import context, refusal
from tests.e2e.test_stderr import broken_tiff
from tests.waiting import wait_until

_HOUR = 3600.0
_BLANKS = {"U+3164": "\u3164", "U+2800": "\u2800 \u2800", "U+115F": "\u115f", "U+200B": "\u200b\u200d"}


def run(stage: Stage) -> Outcome:
    """Set the clock on and back; enrol under blank names; send a broken TIFF; start without PostgreSQL's driver."""
    found, site = Findings(), stage.site()
    with site.serving(moved_clock=True) as server:
        _note_clock(found, server)
        _note_names(found, server)
        _note_log(found, server)
    _note_driver(found, site)
    return found.outcome


def _note_clock(found: Findings, server: Server) -> None:
    assert server.clock is not None
    enrol(server, [1])
    for told, (way, hours) in enumerate((("on", 3.0), ("back", -2.0)), 1):
        server.clock.advance(hours * _HOUR)
        _wait_for(server, "the clock was set", told)
        enrol(server, [int(hours) + 10])
        steps = server.stubs("auditor").outcomes().count("CLOCK_STEPPED:NOTICED")
        found.note(f"a clock that is set {way} by {abs(hours):.0f} h is in the log and in the trail", steps == told)


def _wait_for(server: Server, message: str, times: int) -> None:
    wait_until(lambda: len(server.logged(message)) >= times)


def _note_names(found: Findings, server: Server) -> None:
    taken = []
    for code, name in _BLANKS.items():
        request = enrolment(3, [minutiae(touch(3))])
        request.personal_data.full_name = name
        refused = refusal(server.stubs("enroller").enrolment.EnrolCitizen, request)
        if (refused.reason, refused.metadata.get("field")) != ("FIELD_MISSING", "personal_data.full_name"):
            taken.append(f"{code} {refused.reason}")
    found.note(f"a name of {', '.join(_BLANKS)} is none: FIELD_MISSING{'; but '.join(['', *taken])}", not taken)


def _note_log(found: Findings, server: Server) -> None:
    image = types_pb2.FingerImage(data=broken_tiff())
    sample = types_pb2.FingerprintSample(image=image)
    check = server.stubs("counter-1").biometrics.CheckQuality
    refused = refusal(check, biometrics_pb2.CheckQualityRequest(context=context(), sample=sample))
    found.same("a TIFF that libtiff complains of", refused.reason, "SAMPLE_INVALID")
    _wait_for(server, "a library wrote to stderr", 1)
    found.same("lines of the log that are no JSON", sum("raw" in line for line in server.log()), 0)


def _note_driver(found: Findings, site: Site) -> None:
    shadows = site.folder / "shadows"
    shadows.mkdir()
    (shadows / "psycopg.py").write_text("raise ModuleNotFoundError(\"No module named 'psycopg'\", name='psycopg')\n")
    start = site.refused_start(shadows, database_url="postgresql://nobody@127.0.0.1:1/none")
    said = "needs the extra 'postgres'" in start.text and "Traceback" not in start.text
    found.note("without psycopg the start names the extra" if said else f"without psycopg: {start.text[:300]}", said)


CASE = Case(
    number="10",
    name="what passed silently",
    before="a clock that was set and names of U+3164 passed silently; without psycopg a traceback; libtiff wrote "
    "into the JSON log",
    wanted="all of it is said, in the log, in the trail or to the caller",
    run=run,
)
