"""The catalogue over gRPC and by the command line: a new procedure counts with the next call, without a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.client import Client, ServiceError
from idverify.v1 import catalogue_pb2 as pb
from tests.e2e.harness import RunningServer, enrolment, local_settings, print_of, start_server

CODE = "2.000009"
NEW = {
    "code": CODE,
    "title": "Thủ tục mới",
    "agency": "Ủy ban nhân dân cấp xã",
    "target_fmr": 1e-4,
    "agency_levels": ["commune"],
    "legal_basis": "Luật thử",
    "records": [
        {
            "record_type": "identity",
            "fields": ["full_name"],
            "predicates": ["age_at_least(birth_date, 18)"],
            "required": True,
            "replaced_paper": "Bản sao thẻ căn cước",
        }
    ],
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = start_server(local_settings(tmp_path_factory.mktemp("catalogue")))
    yield running
    running.stop()


@pytest.fixture
def client(server: RunningServer) -> Iterator[Client]:
    with Client(server.address) as client:
        yield client


def run(server: RunningServer, *arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(build_app(), [*arguments, "--server", server.address])
    return done.exit_code, done.stdout, done.stderr


def answered(server: RunningServer, *arguments: str) -> Any:
    code, out, err = run(server, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def test_a_new_procedure_counts_with_the_next_call(server: RunningServer, client: Client, tmp_path: Path) -> None:
    request = enrolment("027199000123", "thu")
    client.enrol(request.citizen_number, request.personal_data, request.samples)
    with pytest.raises(ServiceError) as unknown:
        client.verify("027199000123", [print_of("thu/RIGHT_INDEX/80")], context=client.new_context(procedure=CODE))
    assert unknown.value.reason == "PROCEDURE_NOT_FOUND"
    file = tmp_path / "new.json"
    file.write_text(json.dumps({"procedures": [NEW]}), encoding="utf-8")
    dry = answered(server, "catalogue", "import", str(file), "--dry-run")
    done = answered(server, "catalogue", "import", str(file))
    assert (dry["revision"], done["revision"]) == ("1", "2")
    assert dry["changes"] == done["changes"]
    answer = client.verify("027199000123", [print_of("thu/RIGHT_INDEX/81")], context=client.new_context(procedure=CODE))
    (record,) = answer.disclosure.records
    assert json.loads(record.json) == {"full_name": "Nguyễn Thị Thử", "age_at_least(birth_date, 18)": True}
    shown = answered(server, "catalogue", "show", CODE, "--version", "1")
    assert shown["records"][0]["predicates"] == ["age_at_least(birth_date, 18)"]


def test_the_whole_way_of_a_workbook(server: RunningServer, tmp_path: Path) -> None:
    for name in ("all.xlsx", "all.csv", "all.json"):
        answered(server, "catalogue", "export", str(tmp_path / name))
        before = answered(server, "catalogue", "history")["revisions"][0]["revision"]
        again = answered(server, "catalogue", "import", str(tmp_path / name), "--complete")
        assert (again["revision"], again["changes"]) == (before, [])
    types = tmp_path / "types.csv"
    answered(server, "catalogue", "export", str(types), "--only", "record-types")
    assert b"json_schema" in types.read_bytes()


def test_what_people_are_shown(server: RunningServer, tmp_path: Path) -> None:
    file = tmp_path / "procedures.csv"
    answered(server, "catalogue", "export", str(file))
    text = file.read_text(encoding="utf-8-sig")
    file.write_text(text.replace("Đăng ký kết hôn", "Đăng ký kết hôn lưu động"), encoding="utf-8")
    code, out, _ = run(server, "catalogue", "import", str(file), "--dry-run")
    assert code == 0
    assert "nothing was changed" in out
    assert 'title: "Đăng ký kết hôn" -> "Đăng ký kết hôn lưu động"' in out
    assert "chưa thay đổi gì" in run(server, "catalogue", "import", str(file), "--dry-run", "--language", "vi")[1]
    assert run(server, "catalogue", "import", str(file))[0] == 0
    newest = int(answered(server, "catalogue", "history")["revisions"][0]["revision"])
    code, out, _ = run(server, "catalogue", "diff", str(newest - 1))
    assert code == 0
    assert "Đăng ký kết hôn lưu động" in out
    for command in (("history",), ("show", "1.000894"), ("show", "1.000894", "--version", "2")):
        code, out, _ = run(server, "catalogue", *command)
        assert code == 0
        assert out.strip()


def test_a_bad_row_names_line_and_column_and_nothing_is_imported(server: RunningServer, tmp_path: Path) -> None:
    file = tmp_path / "procedures.csv"
    answered(server, "catalogue", "export", str(file))
    before = answered(server, "catalogue", "history")
    text = file.read_text(encoding="utf-8-sig").replace("1e-05", "1e-12", 1)
    file.write_text(text, encoding="utf-8")
    code, _, err = run(server, "catalogue", "import", str(file), "--json")
    assert code == 1
    error = json.loads(err)["error"]
    assert (error["reason"], error["metadata"]["rule"]) == ("CATALOGUE_INVALID", "OUT_OF_RANGE")
    assert error["metadata"]["column"] == "target_fmr"
    line = int(error["metadata"]["line"])
    assert "1e-12" in text.splitlines()[line - 1]
    assert answered(server, "catalogue", "history") == before


def test_what_is_not_asked_rightly(server: RunningServer, client: Client, tmp_path: Path) -> None:
    for call, reason in (
        (lambda: client.import_catalogue(b"x", pb.CATALOGUE_FORMAT_UNSPECIFIED), "FIELD_MISSING"),
        (lambda: client.import_catalogue(b"", pb.CATALOGUE_FORMAT_JSON), "FIELD_MISSING"),
        (lambda: client.import_catalogue(b"x" * (8 << 20 | 1), pb.CATALOGUE_FORMAT_JSON), "FIELD_INVALID"),
        (lambda: client.export_catalogue(pb.CATALOGUE_FORMAT_JSON, revision=99), "FIELD_INVALID"),
        (lambda: client.catalogue_changes(0, 99), "FIELD_INVALID"),
        (lambda: client.procedure_versions("9.999999"), "PROCEDURE_NOT_FOUND"),
    ):
        with pytest.raises(ServiceError) as refused:
            call()
        assert (refused.value.reason, refused.value.code) == (
            reason,
            grpc.StatusCode.NOT_FOUND if reason == "PROCEDURE_NOT_FOUND" else grpc.StatusCode.INVALID_ARGUMENT,
        )
    file = tmp_path / "catalogue.txt"
    file.write_text("x")
    assert run(server, "catalogue", "import", str(file))[0] == 2
