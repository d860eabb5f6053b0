"""Settings: where they come from, what is refused, and that their page names every one."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from idverify.domain.errors import SettingsError
from idverify.settings import ENVIRONMENT_PREFIX, Settings, is_local, load_settings
from idverify.settings.checks import ports_of
from tests.places import REPOSITORY

TLS = {name: Path("/x") for name in ("tls_cert", "tls_key", "tls_client_ca", "clients_file")}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"{ENVIRONMENT_PREFIX}{field.upper()}", raising=False)


def test_arguments_win_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "idverify.toml"
    file.write_text('workers = 3\nqueue_length = 5\nissuer = "file"\n')
    monkeypatch.setenv("IDVERIFY_WORKERS", "4")
    monkeypatch.setenv("IDVERIFY_QUEUE_LENGTH", "6")
    settings = load_settings(file, workers=7, issuer=None)
    assert (settings.workers, settings.queue_length, settings.issuer) == (7, 6, "file")


def test_without_anything_it_serves_this_machine_only(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    assert (settings.listen, settings.tls_cert) == ("127.0.0.1:50051", None)
    assert settings.store_url == f"sqlite:///{tmp_path / 'idverify.db'}"
    assert {settings.master_key_file.parent, settings.signing_key_file.parent} == {tmp_path}


@pytest.mark.parametrize(
    "listen", ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1", "unix:/run/x", "unix-abstract:x"]
)
def test_addresses_that_nobody_outside_reaches(listen: str) -> None:
    assert is_local(listen)
    assert load_settings(listen=listen).listen == listen


@pytest.mark.parametrize("listen", ["0.0.0.0:1", "[::]:1", "10.0.0.1:1", "counter.example:1", "localhost.example:1"])
def test_other_addresses_need_certificates(listen: str) -> None:
    with pytest.raises(SettingsError, match="without TLS the server listens on loopback only"):
        load_settings(listen=listen)
    assert load_settings(listen=listen, **TLS).listen == listen


@pytest.mark.parametrize("left_out", sorted(TLS))
def test_tls_is_all_or_nothing(left_out: str) -> None:
    given = {name: path for name, path in TLS.items() if name != left_out}
    with pytest.raises(SettingsError, match=f"missing: {left_out}"):
        load_settings(**given)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("listen", "127.0.0.1"),
        ("listen", "127.0.0.1:65536"),
        ("listen", "127.0.0.1:http"),
        ("listen", ""),
        ("workers", 0),
        ("queue_length", -1),
        ("default_deadline_seconds", 0),
        ("default_deadline_seconds", float("nan")),
        ("max_message_bytes", 1000),
        ("extractor", "best"),
        ("extractor_threads", 0),
        ("local_caller", "counter-1"),
        ("issuer", ""),
        ("database_url", "mysql://host/name"),
        ("database_url", "postgresqlx://host/name"),
        ("database_url", "sqlite:///"),
        ("database_url", "sqlite:///:memory:"),
        ("database_url", "sqlite:///file:x?mode=memory&uri=true"),
        ("watch_listen", "0.0.0.0:9464"),
        ("watch_listen", "unix:/run/figures"),
        ("watch_listen", "127.0.0.1"),
        ("trace_endpoint", "127.0.0.1:4317"),
        ("trace_endpoint", "http://127.0.0.1:4317/v1/traces"),
        ("trace_share", 1.5),
        ("nonsense", 1),
    ],
)
def test_what_is_wrong_is_named(field: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=field):
        load_settings(**{field: value})


@pytest.mark.parametrize(
    ("acts", "tls", "what"),
    [
        (["erase"], TLS, "admin-client"),
        (["erase", "admin-client"], {}, "TLS"),
        (["everything", "admin-client"], TLS, "second_person"),
    ],
)
def test_a_second_person_is_one_that_nobody_makes_alone(acts: list[str], tls: dict[str, Path], what: str) -> None:
    with pytest.raises(SettingsError, match=what):
        load_settings(second_person=acts, **tls)
    assert load_settings(second_person=["export", "admin-client"], **TLS).second_person == ("export", "admin-client")


def test_witnesses_need_something_to_cosign(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="log_witnesses needs log_dir"):
        load_settings(log_witnesses=("abc",))
    assert load_settings(log_witnesses=("abc",), log_dir=tmp_path).log_dir == tmp_path


def test_witnesses_are_asked_by_tls_or_on_this_machine(tmp_path: Path) -> None:
    near = ("k https://w.example", "k http://127.0.0.1:9/w", "k http://[::1]:9", "k http://localhost", "k /folder")
    assert load_settings(log_witnesses=near, log_dir=tmp_path).log_witnesses == near
    for far in ("k http://w.example/", "k http://10.0.0.1:8080", "k https://w.example http://w.example", "k http:///"):
        with pytest.raises(SettingsError, match="log_witness_plain_http"):
            load_settings(log_witnesses=(far,), log_dir=tmp_path)
        assert load_settings(log_witnesses=(far,), log_dir=tmp_path, log_witness_plain_http=True)


@pytest.mark.parametrize(
    ("ports", "found"), [("", range(0)), ("4501", range(4501, 4502)), ("4501-4600", range(4501, 4601))]
)
def test_where_the_page_asks_for_scanners(ports: str, found: range) -> None:
    assert ports_of(ports) == found


@pytest.mark.parametrize("ports", ["x", "4501-", "-4501", "4600-4501", "0-5", "1-201", "65535-65536", "4501-4502-4503"])
def test_ports_that_are_none_are_refused(ports: str) -> None:
    with pytest.raises(ValueError, match="scanner_ports"):
        ports_of(ports)


def test_a_wrong_value_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(database_url="mysql://user:geheim@host/name")
    assert "geheim" not in str(caught.value)
    assert "geheim" not in repr(load_settings(database_url="postgresql://user:geheim@host/name"))


def test_postgresql_without_its_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SettingsError, match=r"pip install '.\[postgres\]'"):
        load_settings(database_url="postgresql://host/name")
    assert load_settings(database_url="sqlite:///x").database_url


@pytest.mark.parametrize(
    ("module", "given"),
    [
        ("prometheus_client", {"watch_listen": "127.0.0.1:0"}),
        ("opentelemetry.exporter.otlp.proto.grpc", {"trace_endpoint": "http://127.0.0.1:4317"}),
    ],
)
def test_watching_without_its_extra_names_it(
    monkeypatch: pytest.MonkeyPatch, module: str, given: dict[str, Any]
) -> None:
    assert load_settings(**given)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError, match=r"pip install '.\[watch\]'"):
        load_settings(**given)


def test_figures_are_given_elsewhere_by_tls_only() -> None:
    assert load_settings(watch_listen="10.0.0.1:9464", **TLS).watch_listen == "10.0.0.1:9464"


def test_files_that_are_no_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no configuration file"):
        load_settings(tmp_path / "missing.toml")
    file = tmp_path / "idverify.toml"
    file.write_text("workers = = 3")
    with pytest.raises(SettingsError, match="not TOML"):
        load_settings(file)
    file.write_text("wrokers = 3")
    with pytest.raises(SettingsError, match="wrokers"):
        load_settings(file)


def test_a_list_in_the_environment_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{ENVIRONMENT_PREFIX}HTTP_HOSTS", "secret.example")
    with pytest.raises(SettingsError, match=r'"http_hosts".*expected JSON there, a list as \["one", "two"\]') as told:
        load_settings()
    assert "secret" not in str(told.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().workers = 1


def test_the_page_explains_every_setting_and_no_other() -> None:
    page = (REPOSITORY / "docs" / "operations.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \| .+ \|$", page, re.MULTILINE))
    assert list(rows) == list(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if field.default_factory is None and field.default not in {None, "", ()}:
            assert rows[name] == f"`{field.default}`", name


def test_several_servers_need_postgresql_and_a_folder_each(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="one server alone works on SQLite"):
        load_settings(data_dir=tmp_path, server_name="a")
    named = load_settings(data_dir=tmp_path, server_name="a", database_url="postgresql://u@h/d")
    assert named.trail_file == tmp_path / "servers" / "a" / "trail-head.json"
    assert (named.gallery_dir.parent, named.master_key_file.parent) == (tmp_path / "servers" / "a", tmp_path)
    assert named.alone().trail_file == tmp_path / "trail-head.json"


@pytest.mark.parametrize("name", ["../b", "A", ".", "a/b", "a" * 64, "a\n"])
def test_names_of_servers_are_names_of_folders(name: str) -> None:
    with pytest.raises(SettingsError, match="server_name"):
        load_settings(server_name=name, database_url="postgresql://u@h/d")


def test_the_end_that_any_server_wrote_down_is_found(tmp_path: Path) -> None:
    named = load_settings(data_dir=tmp_path, server_name="b", database_url="postgresql://u@h/d")
    assert named.trail_files == []
    written = [tmp_path / "trail-head.json", *(tmp_path / "servers" / name / "trail-head.json" for name in "ab")]
    for path in written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert named.trail_files == written
