"""The command line against a real server: answers, exit codes, and what a refusal tells the user to do."""

from __future__ import annotations

import base64
import csv
import json
import shlex
import ssl
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from idverify.cli import build_app
from idverify.client import Client, StreamAnswer
from idverify.commands.session import as_dict
from idverify.domain.catalogue.local_day import VIET_NAM
from idverify.settings import load_settings
from idverify.v1.types_pb2 import SampleQuality
from idverify.v1.verification_pb2 import IdentifyRequest
from tests.databases import Databases
from tests.e2e.certificates import Authority
from tests.e2e.harness import NUMBER, OTHER_NUMBER, PROCEDURE, RunningServer, local_settings, start_server
from tests.places import REPOSITORY
from tests.token_kit import KeyHolder

Run = Callable[..., Result]
TEST = ("--purpose", "test")
Print = Callable[[str], str]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Iterator[RunningServer]:
    """A server that knows one citizen; tests change other citizens only."""
    running = start_server(local_settings(tmp_path_factory.mktemp("data"), databases))
    folder = tmp_path_factory.mktemp("prints")
    (folder / "a").write_bytes(b"FMR\0alice/RIGHT_INDEX/80")
    arguments = ["enrol", NUMBER, f"right-index={folder / 'a'}", "--name", "Người Thử", "--born", "1999-01-01"]
    result = CliRunner().invoke(build_app(), [*arguments, "--server", running.address])
    assert result.exit_code == 0, result.output
    yield running
    running.stop()


@pytest.fixture
def idverify(shared: RunningServer) -> Run:
    def run(*arguments: str, input: str | None = None) -> Result:  # noqa: A002 - as the runner calls it
        return CliRunner().invoke(build_app(), list(arguments), env={"IDVERIFY_SERVER": shared.address}, input=input)

    return run


@pytest.fixture
def print_of(tmp_path: Path) -> Print:
    """Write a print that is a line of text, and return its path."""

    def write(text: str) -> str:
        path = tmp_path / text.replace("/", "_")
        path.write_bytes(b"FMR\0" + text.encode())
        return str(path)

    return write


def content(result: Result) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


def error(result: Result) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(result.stderr)["error"]
    return loaded


def test_a_probe_learns_that_it_serves(idverify: Run) -> None:
    assert idverify("health").stdout == "serving\n"
    assert content(idverify("health", "--json")) == {"serving": True}


def test_the_example_of_the_readme_ends_with_the_identity(idverify: Run, print_of: Print) -> None:
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    enrol, verify = (
        shlex.split(line)[1:]
        for line in lines
        if line.startswith((".venv/bin/idverify enrol ", ".venv/bin/idverify v"))
    )
    prints = {"right-index=print.png": "reader/RIGHT_INDEX/80", "right-index=other.png": "reader/RIGHT_INDEX/70"}
    for command in (enrol, verify):
        told = idverify(*(f"right-index={print_of(prints[word])}" if word in prints else word for word in command))
        assert told.exit_code == 0, told.output
    assert told.stdout.startswith("MATCH")
    (identity,) = [line.split() for line in told.stdout.splitlines() if line.startswith("identity ")]
    assert identity[1] == "enrolment"
    assert "Nguyễn Văn A" in " ".join(identity)
    assert "birth_date, sex, nationality, ethnicity" in " ".join(identity), "what was not said is told to be absent"
    assert "papers not needed  Bản sao thẻ căn cước" in told.stdout
    assert idverify("delete", enrol[1], "--yes").exit_code == 0


def test_the_decision_is_the_exit_code(idverify: Run, print_of: Print) -> None:
    match = idverify("verify", NUMBER, print_of("alice/RIGHT_INDEX/90"), "--finger", "right-index")
    assert match.exit_code == 0
    assert match.stdout.startswith("MATCH")
    no_match = idverify("verify", NUMBER, print_of("bob/RIGHT_INDEX/90"))
    assert no_match.exit_code == 3
    assert no_match.stdout.startswith("NO_MATCH")
    thin = idverify("verify", NUMBER, print_of("bob/RIGHT_INDEX/12"))
    assert thin.exit_code == 4
    assert thin.stdout.startswith("INCONCLUSIVE")


def test_verify_in_json_is_the_message_whole(idverify: Run, print_of: Print) -> None:
    result = idverify(
        *("verify", NUMBER, print_of("alice/RIGHT_INDEX/90"), "--procedure", PROCEDURE, "--dossier", "d", "--json"),
        *("--agency", "H05.12"),
    )
    answer = content(result)
    assert result.exit_code == 0
    assert answer["decision"] == "DECISION_MATCH"
    assert answer["disclosure"]["missing_records"][0]["record_type"] == "residence"
    assert answer["next_best_fingers"] == []  # fields at their zero value are there too
    other = content(idverify("verify", NUMBER, print_of("bob/RIGHT_INDEX/90"), "--json"))
    assert other["decision"] == "DECISION_NO_MATCH"
    assert "disclosure" not in other


def test_a_request_id_can_be_repeated(idverify: Run, print_of: Print) -> None:
    arguments = ["verify", NUMBER, print_of("alice/RIGHT_INDEX/90"), "--json", "--request-id"]
    one = "11111111-1111-4111-8111-111111111111"
    assert content(idverify(*arguments, one)) == content(idverify(*arguments, one))
    again = idverify(*arguments, one, "--target-fmr", "0.001")
    assert (again.exit_code, error(again)["reason"]) == (1, "REQUEST_REPLAYED")


def test_a_person_enrolled_twice_is_refused_unless_reported(idverify: Run, print_of: Print) -> None:
    arguments = ["enrol", "027199000009", print_of("alice/RIGHT_INDEX/70"), "--finger", "right-index", "--name", "X"]
    refused = idverify(*arguments)
    assert (refused.exit_code, "DUPLICATE_PERSON_SUSPECTED" in refused.stderr) == (1, True)
    assert "--duplicates report" in refused.stderr
    reported = idverify(*arguments, "--duplicates", "report")
    assert (reported.exit_code, "may be the same person" in reported.stdout) == (0, True)
    assert idverify("delete", "027199000009", "--yes").exit_code == 0


def test_many_prints_are_searched_for_at_once(idverify: Run, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for name, text in {"1": "alice/RIGHT_INDEX/90", "2": "zoe/RIGHT_INDEX/90", "3": "nonsense"}.items():
        (folder / name).write_bytes(b"FMR\0" + text.encode())
    result = idverify("identify-many", str(folder), "--json")
    assert result.exit_code == 1
    lines = {line["file"]: line for line in map(json.loads, result.stdout.splitlines())}
    assert lines["1"]["response"]["decision"] == "DECISION_MATCH"
    assert lines["2"]["response"]["decision"] == "DECISION_NO_MATCH"
    assert lines["3"]["error"]["reason"] == "SAMPLE_INVALID"
    (folder / "3").unlink()
    told = idverify("identify-many", str(folder))
    assert told.exit_code == 0
    assert sorted(line.split()[1] for line in told.stdout.splitlines()) == ["MATCH", "NO_MATCH"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert idverify("identify-many", str(empty)).exit_code == 2


def test_an_interrupted_search_of_many_goes_on(idverify: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for name, text in {"1": "alice/RIGHT_INDEX/88", "2": "zoe/RIGHT_INDEX/88"}.items():
        (folder / name).write_bytes(b"FMR\0" + text.encode())
    whole = Client.identify_many

    def interrupted(client: Client, requests: Iterable[IdentifyRequest]) -> Iterator[StreamAnswer]:
        yield next(whole.__get__(client, Client)(requests))
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Client, "identify_many", interrupted)
        stopped = idverify("identify-many", str(folder), "--json")
    assert stopped.exit_code == 130
    run = stopped.stderr.split()[-1]
    (first,) = map(json.loads, stopped.stdout.splitlines())
    again = idverify("identify-many", str(folder), "--json", "--request-id", run)
    lines = {line["file"]: line for line in map(json.loads, again.stdout.splitlines())}
    assert (again.exit_code, sorted(lines)) == (0, ["1", "2"])
    assert lines[first["file"]] == first  # to the second of the answer, and the event that it is
    assert idverify("identify-many", str(folder), "--request-id", "1").exit_code == 2


def test_a_citizen_is_enrolled_from_slaps(idverify: Run, tmp_path: Path) -> None:
    number = "027199000017"

    def page(name: str, *fingers: str) -> str:
        file = tmp_path / name
        file.write_bytes(b"\n".join(b"FMR\0fay/%s/80" % finger.encode() for finger in fingers))
        return f"{name}={file}"

    right = page("right", "RIGHT_INDEX", "RIGHT_MIDDLE", "RIGHT_LITTLE")
    thumbs = page("thumbs", "RIGHT_THUMB", "LEFT_THUMB")
    slaps = ["--slap", right, "--slap", thumbs, "--name", "Fay"]
    refused = idverify("enrol", number, *slaps, "--json")
    assert (refused.exit_code, error(refused)["reason"]) == (1, "SLAP_COUNT_MISMATCH")
    assert error(refused)["metadata"]["expected"] == "4"
    ring = ["--cannot", "right-ring=bandaged:2999-12-31"]
    swapped = tmp_path / "swapped"
    swapped.write_bytes(b"FMR\0fay/RIGHT_MIDDLE/70")
    mixed = idverify("enrol", number, f"right-index={swapped}", *slaps, *ring, "--json")
    assert error(mixed)["metadata"] == {"sample": "0", "finger": "RIGHT_INDEX", "like": "RIGHT_MIDDLE"}
    enrolled = idverify("enrol", number, *slaps, *ring)
    assert enrolled.exit_code == 0, enrolled.output
    assert "slap right-four, 80 x 90 at 200, 50" in enrolled.stdout
    shown = idverify("get", number, *TEST).stdout
    assert "right-ring (bandaged until 2999-12-31)" in shown
    assert "left-thumb, right-index, right-little, right-middle, right-thumb" in shown
    again = idverify("enrol", number, f"right-index={swapped}", *slaps, *ring, "--duplicates", "report", "--json")
    assert error(again)["reason"] == "REFERENCE_EXISTS"
    assert idverify("add-fingers", number, "--slap", thumbs, "--duplicates", "report").exit_code == 0
    assert idverify("enrol", number, "--slap", "feet=x", "--name", "Fay").exit_code == 2
    assert idverify("enrol", number, "--name", "Fay").exit_code == 1
    assert idverify("delete", number, "--yes").exit_code == 0


def test_a_pin_is_asked_for_twice_and_not_shown(idverify: Run, print_of: Print) -> None:
    arguments = ("citizens", "set-pin", NUMBER, print_of("alice/RIGHT_INDEX/77"))
    done = idverify(*arguments, input="271828\n271828\n")
    assert done.exit_code == 0, done.output
    assert "271828" not in done.output
    assert idverify(*arguments, input="123456\n123456\n").exit_code == 1


def test_who_is_enrolled_twice(idverify: Run, print_of: Print) -> None:
    twice = ["enrol", "027199000010", print_of("alice/RIGHT_INDEX/60"), "--finger", "right-index", "--name", "X"]
    assert idverify(*twice, "--duplicates", "report").exit_code == 0
    found = idverify("gallery", "find-duplicates", "--json")
    assert found.exit_code == 0
    assert content(found)["response"]["pairs_found"] == "1"
    told = idverify("gallery", "find-duplicates")
    assert (told.exit_code, "may be" in told.stdout) == (0, True)
    assert "at most" in told.stderr
    finished = next(word for word in told.stderr.split() if word.startswith("operations/"))
    assert idverify("gallery", "find-duplicates", "--continue", finished).exit_code == 1
    assert idverify("gallery", "find-duplicates", "--target-fpir", "0.5").exit_code == 1
    status = idverify("gallery", "status")
    assert (status.exit_code, "impressions" in status.stdout) == (0, True)
    assert idverify("delete", "027199000010", "--yes").exit_code == 0


def test_what_may_change_about_a_citizen(idverify: Run, print_of: Print) -> None:
    number, new = "027199000020", "027199000021"
    carol = [f"right-index={print_of(f'carol/RIGHT_INDEX/{quality}')}" for quality in (80, 81, 82)]
    assert idverify("enrol", number, carol[0], "--name", "Carol").exit_code == 0
    corrected = idverify("citizens", "correct", number, "--born", "1999", "--reason", "recording-error")
    assert corrected.exit_code == 0, corrected.output
    assert "1999" in corrected.stdout
    assert "Carol" in corrected.stdout, "what is not given stays"
    wrong = ["citizens", "correct", number, "--sex", "M", "--reason", "recording-error"]
    assert "says another sex than the personal data" in idverify(*wrong).stdout
    assert "Giới tính theo số định danh khác" in idverify("get", number, *TEST, "--language", "vi").stdout
    assert "warning" not in idverify(*["F" if each == "M" else each for each in wrong]).stdout
    assert idverify("citizens", "correct", number, "--reason", "recording-error").exit_code == 2
    made = content(idverify("citizens", "virtual", number, carol[1], "--days", "2", "--json"))["virtual_number"]
    assert idverify("get", made, *TEST).exit_code == 0
    assert f"...{made[-4:]}" in idverify("citizens", "virtual-list", number, *TEST).stdout
    assert "revoked  1" in idverify("citizens", "virtual-revoke", made).stdout
    assert error(idverify("get", made, *TEST, "--json"))["reason"] == "VIRTUAL_NUMBER_REVOKED"
    cannot = ["citizens", "fingers", number, "left-thumb=missing", "right-ring=bandaged:2999-12-31"]
    assert "right-ring (bandaged until 2999-12-31), left-thumb (missing)" in idverify(*cannot).stdout
    assert idverify("citizens", "fingers", number, "left-thumb=tired").exit_code == 2
    assert idverify("citizens", "fingers", number, "nose=missing").exit_code == 2
    own = ["citizens", "own-history", number, print_of("carol/RIGHT_INDEX/85")]
    assert "Enrol a citizen" in idverify(*own).stdout
    told = content(idverify(*own[:-1], print_of("carol/RIGHT_INDEX/86"), "--since", "2020-01-01", "--json"))["entries"]
    assert told[-1]["action_vi"] == "Đăng ký công dân"
    in_vietnamese = idverify(*own[:-1], print_of("carol/RIGHT_INDEX/87"), "--most", "1", "--language", "vi").stdout
    assert "Còn nữa" in in_vietnamese
    assert "kết quả" in in_vietnamese
    assert idverify(*own[:-1], print_of("zoe/RIGHT_INDEX/81")).exit_code == 3
    assert "locked" in idverify("citizens", "lock", number, carol[1]).stdout
    assert error(idverify("verify", number, carol[2], "--json"))["reason"] == "AUTH_LOCKED_BY_SUBJECT"
    assert idverify("citizens", "unlock", number, print_of("zoe/RIGHT_INDEX/80")).exit_code == 3
    assert "active" in idverify("citizens", "unlock", number, carol[2]).stdout
    renumbered = idverify("citizens", "renumber", number, new, "--grounds", "QĐ 1")
    assert (renumbered.exit_code, number in renumbered.stdout) == (0, True)
    died = ["citizens", "state", number, "deceased", "--reason", "death-registered"]
    assert "deceased" in idverify(*died).stdout
    assert error(idverify(*died, "--json"))["reason"] == "CITIZEN_STATE_UNFIT"
    told = idverify("citizens", "history", new, *TEST).stdout
    for line in ("born: - → 1999", "state: active → locked", f"number: {number} → {new}", "QĐ 1", "death-registered"):
        assert line in told
    assert len(content(idverify("citizens", "history", new, *TEST, "--json"))["changes"]) == 8
    in_vietnamese = idverify("citizens", "history", new, *TEST, "--language", "vi").stdout
    assert "đã khai tử" in in_vietnamese
    assert "trạng thái: " in in_vietnamese
    assert idverify("delete", number, "--yes").exit_code == 0


def test_two_entries_of_one_person_on_the_command_line(idverify: Run, print_of: Print) -> None:
    one, two = "027199000030", "027199000031"
    dora = [f"right-index={print_of(f'dora/RIGHT_INDEX/{quality}')}" for quality in (80, 81, 82)]
    assert idverify("enrol", one, dora[0], "--name", "Dora").exit_code == 0
    assert idverify("enrol", two, dora[1], "--name", "Dora", "--duplicates", "report").exit_code == 0
    merged = idverify("citizens", "merge", one, two)
    assert (merged.exit_code, two in merged.stdout) == (0, True)
    shown = content(idverify("get", two, *TEST, "--json"))
    assert shown["citizen_number"] == one
    theirs = shown["encounters"][1]["encounter_id"]
    assert error(idverify("citizens", "split", one, two, theirs, "--json"))["reason"] == "PRINTS_CONTRADICT"
    part = ["citizens", "split", one, two, theirs, "--despite-prints", "--grounds", "x"]
    assert idverify(*part).exit_code == 0
    back = idverify("citizens", "move-encounter", two, theirs, one)
    assert back.exit_code == 0, back.output
    for number in (one, two):
        assert idverify("delete", number, "--yes").exit_code == 0


def test_identify_tells_one_from_nobody(idverify: Run, print_of: Print) -> None:
    found = idverify("identify", print_of("alice/RIGHT_INDEX/90"), "--json")
    assert found.exit_code == 0
    assert len(content(found)["candidates"]) == 1
    nobody = idverify("identify", print_of("zoe/RIGHT_INDEX/90"))
    assert nobody.exit_code == 3
    assert "fingers searched" in nobody.stdout


def test_the_life_of_a_citizen(idverify: Run, print_of: Print) -> None:
    a, b = print_of("bob/RIGHT_INDEX/80"), print_of("bob/LEFT_THUMB/70")
    enrolled = idverify("enrol", OTHER_NUMBER, f"right-index={a}", "--name", "Bob", "--sex", "F")
    assert enrolled.exit_code == 0, enrolled.output
    assert "warning" not in enrolled.stdout
    assert "registered in Bắc Ninh; born 1999; F" in enrolled.stdout
    added = idverify("add-fingers", OTHER_NUMBER, b, "--finger", "left-thumb", "--profile", "vn-110-2020")
    assert ["left-thumb", "quality", ">=50", "70", "passed"] in [line.split() for line in added.stdout.splitlines()]
    shown = content(idverify("get", OTHER_NUMBER, *TEST, "--json"))
    assert [len(encounter["impressions"]) for encounter in shown["encounters"]] == [1, 1]
    assert "left-thumb, right-index" in idverify("get", shown["subject_id"], *TEST, "--subject").stdout
    people = content(idverify("list", "--purpose", "test", "--json"))["citizens"]
    assert {person["citizen_number"] for person in people} == {NUMBER, OTHER_NUMBER}
    assert len(content(idverify("list", "--purpose", "test", "--limit", "1", "--json"))["citizens"]) == 1
    assert "Bob" in idverify("list", "--purpose", "test").stdout
    refused = idverify("delete", OTHER_NUMBER, input="n\n")
    assert refused.exit_code != 0
    assert idverify("get", OTHER_NUMBER, *TEST).exit_code == 0
    assert "templates removed" in idverify("delete", OTHER_NUMBER, "--yes").stdout
    gone = idverify("get", OTHER_NUMBER, *TEST)
    assert gone.exit_code == 1
    assert "SUBJECT_NOT_FOUND" in gone.stderr
    assert "idverify enrol" in gone.stderr


def test_records_and_procedures(idverify: Run, tmp_path: Path) -> None:
    record = tmp_path / "r.json"
    record.write_text('{"permanent_address": {"province": "Bắc Ninh", "commune": "Từ Sơn"}}', encoding="utf-8")
    put = content(idverify("records", "put", NUMBER, "residence", str(record), "--json"))
    assert (put["version"], put["record_type"]) == ("1", "residence")
    assert "Từ Sơn" in idverify("records", "get", NUMBER, "residence", "--purpose", "test").stdout
    conflict = idverify("records", "put", NUMBER, "residence", str(record), "--expected-version", "7", "--json")
    assert (conflict.exit_code, error(conflict)["reason"]) == (1, "VERSION_MISMATCH")
    record.write_text("{}")
    invalid = idverify("records", "put", NUMBER, "residence", str(record))
    assert invalid.exit_code == 1
    assert "RECORD_INVALID" in invalid.stderr
    record.write_bytes(b"\xff")
    assert idverify("records", "put", NUMBER, "residence", str(record)).exit_code == 2
    assert "residence" in idverify("records", "types").stdout
    assert content(idverify("records", "types", "--json"))["record_types"][0]["json_schema"]
    assert PROCEDURE in idverify("procedures").stdout
    assert "permanent_address" in idverify("procedures", PROCEDURE).stdout
    assert content(idverify("procedures", PROCEDURE, "--json"))["code"] == PROCEDURE
    assert len(content(idverify("procedures", "--json"))["procedures"]) > 1
    assert "idverify procedures" in idverify("procedures", "9.999999").stderr


def test_samples_of_nobody(idverify: Run, print_of: Print, tmp_path: Path) -> None:
    a, b = print_of("alice/RIGHT_INDEX/80"), print_of("bob/RIGHT_INDEX/80")
    assert idverify("compare", a, a).exit_code == 0
    assert idverify("compare", a, b).exit_code == 3
    out = tmp_path / "a.iso"
    assert idverify("extract", a, "--out", str(out)).exit_code == 0
    assert out.read_bytes().startswith(b"FMR")
    answer = content(idverify("extract", a, "--json"))
    assert base64.b64decode(answer["iso_19794_2_2005"]) == out.read_bytes()
    good, poor = idverify("quality", a), idverify("quality", print_of("bob/RIGHT_INDEX/3"))
    assert (good.exit_code, poor.exit_code) == (0, 0)
    assert "not usable: Centre the finger" in poor.stdout
    assert "resolution" not in good.stdout
    held = idverify("quality", a, "--profile", "vn-110-2020").stdout
    lines = [line.split() for line in held.splitlines()]
    assert ["minutiae", ">=60", "40", "failed"] in lines
    assert ["resolution", ">=500", "untold"] in lines
    assert "FIELD_INVALID" in idverify("quality", a, "--profile", "vn-2021").output


def test_audit_events_are_asked_for_and_written_as_a_table(idverify: Run, print_of: Print, tmp_path: Path) -> None:
    """The newest first; what a spreadsheet would compute is marked as text."""
    probe, table = print_of("alice/RIGHT_INDEX/90"), tmp_path / "events.csv"
    begun = datetime.now(VIET_NAM) - timedelta(seconds=1)
    for number in range(2):
        of = ("--procedure", PROCEDURE, "--dossier", f"d{number}", "--officer", "=officer")
        assert idverify("verify", NUMBER, probe, *of).exit_code == 0
    asked = ("--by", "=officer", "--procedure", PROCEDURE, "--outcome", "MATCH", "--since", begun.isoformat()[:19])
    told = idverify("audit", "list", *asked, "--csv", str(table), "--json")
    events = content(told)["events"]
    assert [json.loads(event["context_json"])["dossier_code"] for event in events] == ["d1", "d0"]
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["outcome"], row["dossier_code"], row["officer_id"]) for row in rows] == [
        ("MATCH", "d1", "'=officer"),
        ("MATCH", "d0", "'=officer"),
    ]
    assert {row["officer_proof"] for row in rows} == {"CLAIMED"}
    again = idverify("audit", "list", *asked[:-1], rows[1]["time"], "--csv", str(table), "--limit", "1").stdout
    assert ("events", "1") in [tuple(line.split()) for line in again.splitlines()], "a time is taken as it is told"
    assert "there are more" in again
    shown = idverify("audit", "list", *asked).stdout
    assert "=officer" in shown
    assert PROCEDURE in shown
    assert (
        content(idverify("audit", "list", "--oldest-first", "--limit", "1", "--json"))["events"][0]["sequence"] == "1"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--since", "2026-01-02", "--until", "2026-01-02"), "--until must be after --since"),
        (("--oldest-first", "--outcome", "MATCH"), "goes with --subject and --limit alone"),
        (("--subject", "s"), "--subject and --purpose go together"),
    ],
)
def test_what_cannot_be_asked_of_the_trail_is_wrong_usage(idverify: Run, arguments: tuple[str, ...], says: str) -> None:
    wrong = idverify("audit", "list", *arguments)
    assert (wrong.exit_code, says in wrong.stderr) == (2, True)


def test_the_audit_trail(idverify: Run) -> None:
    subject = content(idverify("audit", "list", "--outcome", "ENROLLED", "--json"))["events"][0]["subject_id"]
    for order in ((), ("--oldest-first",)):
        told = content(idverify("audit", "list", "--subject", subject, "--purpose", "test", *order, "--json"))
        assert "SEARCHED" in {event["outcome"] for event in told["events"]}
    assert len(content(idverify("audit", "list", "--limit", "1", "--json"))["events"]) == 1
    checked = idverify("audit", "check", "--json")
    assert (checked.exit_code, content(checked)["intact"]) == (0, True)
    assert "intact" in idverify("audit", "check").stdout


def test_keys_are_rotated_on_the_host_and_assertions_checked_anywhere(
    idverify: Run, print_of: Print, shared: RunningServer, tmp_path: Path
) -> None:
    old = content(idverify("keys", "show", "--json"))
    answer = content(
        idverify(
            "verify", NUMBER, print_of("alice/RIGHT_INDEX/90"), "--procedure", PROCEDURE, "--agency", "A", "--json"
        )
    )
    data_dir = str(shared.settings.data_dir)
    rotated = content(idverify("keys", "rotate", "--data-dir", data_dir, "--json"))
    new = content(idverify("keys", "show", "--json"))
    assert new["active_key_id"] == rotated["active_key_id"] != old["active_key_id"]
    assert "signs" in idverify("keys", "show").stdout
    token, keys, jwks = tmp_path / "t.jwt", tmp_path / "keys.json", tmp_path / "jwks.json"
    token.write_text(answer["disclosure"]["assertion"]["jwt"] + "\n")
    keys.write_text(json.dumps(new))
    jwks.write_text(new["jwks_json"])
    check = ["check-assertion", str(token), "--keys", str(keys), "--audience"]
    genuine = idverify(*check, "A", "--json")
    assert (genuine.exit_code, content(genuine)["vn_proc"]) == (0, PROCEDURE)
    assert idverify(*check, "A").exit_code == 0
    assert (
        idverify(
            "check-assertion", str(token), "--keys", str(jwks), "--audience", "A", "--issuer", new["issuer"]
        ).exit_code
        == 0
    )
    for wrong in ([*check, "B"], [*check, "A", "--issuer", "other"]):
        refused = idverify(*wrong, "--json")
        assert (refused.exit_code, error(refused)["reason"]) == (1, "ASSERTION_REJECTED")
    keys.write_text("nonsense")
    assert idverify(*check, "A").exit_code == 1


def test_stolen_keys_are_withdrawn_at_once(idverify: Run, shared: RunningServer) -> None:
    before = {key["kid"] for key in json.loads(content(idverify("keys", "show", "--json"))["jwks_json"])["keys"]}
    data_dir = str(shared.settings.data_dir)
    assert idverify("keys", "rotate", "--withdraw", "--data-dir", data_dir).exit_code == 0
    after = {key["kid"] for key in json.loads(content(idverify("keys", "show", "--json"))["jwks_json"])["keys"]}
    assert (len(after), before & after) == (2, set())


def test_the_document_key_is_rotated_on_the_host(idverify: Run, shared: RunningServer) -> None:
    before = content(idverify("keys", "show", "--json"))["document_certificates"]
    data_dir = str(shared.settings.data_dir)
    made = content(idverify("keys", "rotate-document", "--data-dir", data_dir, "--json"))["certificate"]
    assert content(idverify("keys", "show", "--json"))["document_certificates"] == [made, *before]
    assert "BEGIN CERTIFICATE" in idverify("keys", "rotate-document", "--data-dir", data_dir).stdout


def test_an_assertion_is_shown_in_part_and_checked_offline(idverify: Run, print_of: Print, tmp_path: Path) -> None:
    nonce, alice = "0123456789abcdef", print_of("alice/RIGHT_INDEX/90")
    wish = ["--procedure", PROCEDURE, "--agency", "A", "--nonce", nonce, "--consent", "phieu-7", "--sd-jwt"]
    asked = content(idverify("verify", NUMBER, alice, *wish, "--json"))
    whole, less, keys = tmp_path / "whole.sd-jwt", tmp_path / "less.sd-jwt", tmp_path / "keys.json"
    whole.write_text(asked["disclosure"]["assertion"]["sd_jwt"] + "\n")
    keys.write_text(json.dumps(content(idverify("keys", "show", "--json"))))
    less.write_text(idverify("assertion", "present", str(whole), "--show", "bio").stdout)
    check = ["--keys", str(keys), "--audience", "A", "--json"]
    for file in (whole, less):
        claims = content(idverify("assertion", "verify", str(file), *check, "--nonce", nonce))
        assert (claims["nonce"], claims["consent_ref"], claims["bio"]["pad"]) == (nonce, "phieu-7", "not_performed")
    refused = error(idverify("assertion", "verify", str(less), *check, "--nonce", nonce[::-1]))
    assert (refused["reason"], refused["metadata"]) == ("ASSERTION_REJECTED", {"cause": "NONCE_WRONG"})
    assert idverify("assertion", "present", str(less), "--show", "records/identity").exit_code == 2
    assert "as SD-JWT" in idverify("identify", alice, *wish).stdout


def test_a_confirmation_is_issued_revoked_and_checked_offline(idverify: Run, print_of: Print, tmp_path: Path) -> None:
    wish = ["--procedure", PROCEDURE, "--agency", "A"]
    answer, file, keys, listed = (tmp_path / name for name in ("answer.json", "c.sd-jwt", "keys.json", "list.jwt"))
    answer.write_text(idverify("verify", NUMBER, print_of("alice/RIGHT_INDEX/90"), *wish, "--json").stdout)
    keys.write_text(json.dumps(content(idverify("keys", "show", "--json"))))
    issue = ["confirmation", "issue", str(answer), NUMBER, "--dossier", "D-1", "--agency", "A", "--days", "30"]
    issued = content(idverify(*issue, "--out", str(file), "--json"))
    assert "as SD-JWT" in idverify(*issue).stdout
    check = ["confirmation", "verify", str(file), "--keys", str(keys), "--status-list", str(listed), "--dossier"]
    assert idverify("confirmation", "status-list", str(listed)).exit_code == 0
    assert content(idverify(*check, "D-1", "--json"))["jti"] == issued["confirmation_id"]
    assert "genuine" in idverify(*check, "D-1").stdout
    assert error(idverify(*check, "D-2", "--json"))["metadata"] == {"cause": "AUDIENCE_WRONG"}
    paper = tmp_path / "c.pdf"
    assert idverify("confirmation", "print", str(file), str(paper)).exit_code == 0
    assert paper.read_bytes().startswith(b"%PDF-")
    revoked = content(idverify("confirmation", "revoke", issued["confirmation_id"], "--json"))
    assert revoked == {"revoked_ids": [issued["confirmation_id"]]}
    assert "none that held" in idverify("confirmation", "revoke", issued["confirmation_id"]).stdout
    assert len(content(idverify("confirmation", "revoke", "--citizen", NUMBER, "--json"))["revoked_ids"]) == 1
    for several in ((), (issued["confirmation_id"], "--citizen", NUMBER), ("--citizen", NUMBER, "--consent", "c")):
        refused = idverify("confirmation", "revoke", *several, "--json")
        assert (refused.exit_code, error(refused)["reason"]) == (2, "USAGE")
    assert content(idverify("confirmation", "revoke", "--consent", "none", "--json"))["revoked_ids"] == []
    assert idverify(*check, "D-1").exit_code == 0  # with a list from before
    assert idverify("confirmation", "status-list", str(listed)).exit_code == 0
    assert error(idverify(*check, "D-1", "--json"))["metadata"] == {"cause": "REVOKED"}
    answer.write_text("{}")
    assert idverify(*issue).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("verify", NUMBER, "/nowhere.png"), 2, "/nowhere.png"),
        (("verify", NUMBER, "/nowhere.png", "--finger", "nose"), 2, "nowhere"),
        (("verify", NUMBER), 2, "Missing argument"),
        (("get", "12", *TEST), 1, "IDENTIFIER_MALFORMED"),
        (("get", NUMBER, *TEST, "--server", "127.0.0.1:1", "--timeout", "20"), 1, "idverify serve"),
        (("get", NUMBER, *TEST, "--server", "service.example:443"), 2, "--ca"),
        (("get", NUMBER, *TEST, "--cert", "/nowhere.pem"), 2, "/nowhere.pem"),
        (("list", "--purpose", "test", "--limit", "0"), 2, "--limit"),
        (("list",), 2, "--purpose"),
        (("get", NUMBER), 2, "--purpose"),
        (("citizens", "history", NUMBER), 2, "--purpose"),
        (("citizens", "virtual-list", NUMBER), 2, "--purpose"),
        (("get", NUMBER, *TEST, "--language", "fr"), 2, "'vi', 'en'"),
        (("catalogue", "import", "/dev/null", "--format", "csv"), 2, "/dev/null is empty"),
        (("nonsense",), 2, "nonsense"),
        (("serve", "--listen", "0.0.0.0:1"), 2, "loopback"),
        (("serve", "--config", "/nowhere.toml"), 2, "/nowhere.toml"),
        (("keys", "rotate", "--data-dir", "/nowhere"), 2, "/nowhere"),
    ],
)
def test_mistakes_are_named(idverify: Run, arguments: tuple[str, ...], code: int, says: str) -> None:
    result = idverify(*arguments)
    assert result.exit_code == code
    assert says in result.stderr


def test_an_unknown_finger_lists_the_known(idverify: Run, print_of: Print) -> None:
    result = idverify("verify", NUMBER, print_of("alice/RIGHT_INDEX/90"), "--finger", "nose")
    assert result.exit_code == 2
    assert "right-index" in result.stderr


def test_a_missing_finger_says_how_to_name_it(idverify: Run, print_of: Print) -> None:
    result = idverify("enrol", OTHER_NUMBER, print_of("bob/RIGHT_INDEX/80"), "--name", "Bob")
    assert result.exit_code == 1
    assert "--finger right-index" in result.stderr


def test_refusals_in_json_are_for_programs(idverify: Run, print_of: Print) -> None:
    result = idverify("verify", NUMBER, print_of("bob/RIGHT_INDEX/3"), "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    refused = error(result)
    assert (refused["code"], refused["reason"]) == ("FAILED_PRECONDITION", "SAMPLE_QUALITY_LOW")
    assert refused["metadata"]["quality"] == "3"
    assert refused["next"]


def test_a_clerk_is_told_what_is_wrong_and_the_limits_beside_it(idverify: Run, print_of: Print) -> None:
    wrong = ("enrol", OTHER_NUMBER, print_of("bob/RIGHT_INDEX/80"), "--name", "Bob", "--finger", "right-index")
    result = idverify(*wrong, "--born", "2099", "--language", "vi")
    assert result.exit_code == 1
    assert "ngày sinh" in result.stderr
    assert "a date from 1900 to today" in result.stderr
    assert "1900" in error(idverify(*wrong, "--born", "2099", "--language", "vi", "--json"))["detail"]


def test_what_no_service_refused_is_told_in_the_language_asked_for(idverify: Run, tmp_path: Path) -> None:
    gone = error(idverify("get", NUMBER, *TEST, "--server", "127.0.0.1:1", "--language", "vi", "--json"))
    assert (gone["reason"], gone["message"]) == ("UNAVAILABLE", "Không kết nối được với dịch vụ.")
    assert "Khởi động" in gone["next"]
    assert gone["detail"]
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate((8 << 20) + 1)
    for arguments in (("verify", NUMBER, str(large)), ("enrol", NUMBER, "--name", "X", "--slap", f"right={large}")):
        result = idverify(*arguments, "--language", "vi")
        assert result.exit_code == 2
        assert "Lệnh hoặc tệp đưa vào chưa đúng." in result.stderr
        assert "at most 8 MiB" in result.stderr


def test_an_answer_is_in_the_language_asked_for_or_of_the_system(idverify: Run, print_of: Print) -> None:
    compared = ("compare", print_of("alice/RIGHT_INDEX/80"), print_of("bob/RIGHT_INDEX/80"))
    told = idverify(*compared, "--lang", "vi").stdout
    assert told.startswith("KHÔNG KHỚP")
    assert "chất lượng dấu thứ nhất" in told


def test_a_hint_is_in_the_language_asked_for(idverify: Run) -> None:
    unknown = ("procedures", "9.999999", "--json")
    assert "liệt kê các mã" in error(idverify(*unknown, "--language", "vi"))["next"]
    assert "lists the codes" in error(idverify(*unknown))["next"]


def test_a_misspelt_finger_is_no_missing_file(idverify: Run, print_of: Print) -> None:
    result = idverify("verify", NUMBER, "ngon-tro=" + print_of("alice/RIGHT_INDEX/90"))
    assert result.exit_code == 2
    assert "ngon-tro is no finger; use one of" in result.stderr


def test_no_command_shows_the_help(idverify: Run) -> None:
    result = idverify()
    assert "verify" in result.output
    assert "check-assertion" in result.output


def test_zero_values_are_printed() -> None:
    assert as_dict(SampleQuality()) == {"score": 0, "algorithm": "", "minutiae": 0, "advice": [], "usable": False}


def test_the_default_server_is_the_one_that_serve_starts(tmp_path: Path) -> None:
    from idverify.client import DEFAULT_SERVER

    assert load_settings(data_dir=tmp_path).listen == DEFAULT_SERVER
    Client(DEFAULT_SERVER).close()


def test_clients_are_registered_changed_and_shut_out(idverify: Run, tmp_path: Path) -> None:
    Authority(tmp_path).issue("counter-9")
    pinned = tmp_path / "counter-9.crt"
    added = idverify("clients", "register", "counter-9", "--role", "counter", "--certificate", str(pinned), "--json")
    assert added.exit_code == 0, added.output
    fingerprint = sha256(ssl.PEM_cert_to_DER_cert(pinned.read_text())).hexdigest()
    assert content(added)["certificate_sha256"] == fingerprint
    assert content(added)["sample_kinds"] == ["SAMPLE_KIND_IMAGE"]
    options = [
        "--procedure",
        f"{PROCEDURE}=residence,civil_status_birth",
        "--procedure",
        "*",
        "--role",
        "counter",
        "--role",
        "tester",
    ]
    assert idverify("clients", "update", "counter-9", *options, "--for-agency", "H05.12").exit_code == 0
    shown = content(idverify("clients", "get", "counter-9", "--json"))
    assert (shown["certificate_sha256"], shown["agency_code"], shown["version"]) == (fingerprint, "H05.12", "2")
    assert shown["entitlements"] == [
        {"procedure_code": PROCEDURE, "record_types": ["civil_status_birth", "residence"]},
        {"procedure_code": "*", "record_types": ["*"]},
    ]
    assert shown["roles"] == ["CLIENT_ROLE_COUNTER", "CLIENT_ROLE_TESTER"]
    keys = {name: tmp_path / f"{name}.pem" for name in ("first", "second", "private")}
    keys["first"].write_bytes(KeyHolder().pem)
    keys["second"].write_text(KeyHolder().jwk)
    keys["private"].write_text(json.dumps(KeyHolder().key.as_dict(private=True)))
    for name in ("first", "second"):
        options = ["--public-key", str(keys[name]), "--key-until", "2027-01-01"]
        assert idverify("clients", "update", "counter-9", *options).exit_code == 0
    first, second = content(idverify("clients", "get", "counter-9", "--json"))["keys"]
    assert idverify("clients", "update", "counter-9", "--drop-key", first["key_id"]).exit_code == 0
    assert content(idverify("clients", "get", "counter-9", "--json"))["keys"] == [second]
    private = ("--public-key", str(keys["private"]), *options[2:])
    assert "private key" in idverify("clients", "update", "counter-9", *private).stderr
    assert "go together" in idverify("clients", "update", "counter-9", "--public-key", str(keys["first"])).stderr
    assert "no key" in idverify("clients", "update", "counter-9", "--drop-key", "x").stderr
    assert "suspended" in idverify("clients", "suspend", "counter-9").stdout
    assert "active" in idverify("clients", "reinstate", "counter-9", "--expected-version", "6").stdout
    assert "revoked" in idverify("clients", "revoke", "counter-9", "--yes").stdout
    assert error(idverify("clients", "reinstate", "counter-9", "--json"))["reason"] == "CLIENT_STATE_FINAL"
    assert "counter-9" in idverify("clients", "list").stdout
    assert [c["name"] for c in content(idverify("clients", "list", "--json"))["clients"]] == ["counter-9"]
    assert error(idverify("clients", "get", "nobody", "--json"))["reason"] == "CLIENT_NOT_FOUND"


def test_what_is_no_certificate_registers_nobody(idverify: Run, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear Sir")
    for options in (["--certificate", str(tmp_path / "letter")], ["--role", "counter", "--certificate-name", ""]):
        assert idverify("clients", "register", "counter-10", *options).exit_code in {1, 2}
    both = ["--certificate", str(tmp_path / "letter"), "--certificate-name", "x"]
    assert idverify("clients", "register", "counter-10", *both).exit_code == 2
