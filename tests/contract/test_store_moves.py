"""A register moves between SQLite and PostgreSQL: with every row, all of it or nothing, and the next start goes on."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from idverify.cli import build_app
from idverify.domain.errors import DomainError, SettingsError, StoredDataError
from idverify.settings import Settings, load_settings
from idverify.start.backup.moving import move_register
from idverify.start.opening import open_register
from idverify.storage import table_copy
from idverify.storage.server_lock import lock_database
from tests.backup_kit import Now, enrol, quiet
from tests.databases import Databases
from tests.fakes import NoDeadline
from tests.golden.test_upgrade import STORES, copied

Rows = dict[str, Counter[tuple[Any, ...]]]


class Register:
    """The golden register in a folder, and places for it to move to."""

    def __init__(self, golden: Path, folder: Path, databases: Databases) -> None:
        self.data_dir = shutil.copytree(golden, folder / "data")
        self.url = databases.url(folder / "other")
        self.back = f"sqlite:///{folder / 'back.db'}"

    def settings(self, url: str = "") -> Settings:
        return load_settings(data_dir=self.data_dir, database_url=url)

    def move(self, url: str, to: str) -> None:
        move_register(self.settings(url), self.settings(to), Now(), NoDeadline(), quiet)

    def people(self, url: str = "") -> list[str]:
        """Open it as a start does, and look at all of it."""
        with closing(open_register(self.settings(url), Now())) as register, register.store.reading() as view:
            assert view.audit.check().first_broken == 0
            assert view.audit.compare_rows(NoDeadline(), add_up=True) == view.log.findings(NoDeadline()) == []
            return sorted(view.subjects.ids())

    @property
    def file(self) -> Path:
        return self.data_dir / "idverify.db"


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register of every kind of row, brought to the tables of today by a start."""
    folder = copied(STORES[0], tmp_path_factory.mktemp("golden") / "data")
    with closing(open_register(load_settings(data_dir=folder), Now())):
        return folder


@pytest.fixture
def register(golden: Path, tmp_path: Path) -> Iterator[Register]:
    databases = Databases("postgresql")
    yield Register(golden, tmp_path, databases)
    databases.drop()


def _in_file(path: Path) -> Rows:
    """Read a database past the program."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: _told(connection.execute(f"SELECT * FROM {name}")) for name in names if not name.startswith("sqlite_")
        }


def _on_server(url: str) -> Rows:
    with psycopg.connect(url) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        names = [str(name) for (name,) in connection.execute(query)]
        return {name: _told(connection.execute(f"SELECT * FROM {name}".encode())) for name in names}


def _told(cursor: sqlite3.Cursor | psycopg.Cursor[Any]) -> Counter[tuple[Any, ...]]:
    columns = [column[0] for column in cursor.description or ()]
    order = sorted(range(len(columns)), key=columns.__getitem__)
    return Counter(tuple((columns[at], row[at]) for at in order) for row in cursor)


def test_every_row_is_there_and_back_again_and_the_next_start_goes_on(register: Register) -> None:
    people, former = register.people(), _in_file(register.file)
    register.move("", register.url)
    assert _on_server(register.url) == former == _in_file(register.file)
    assert sum(map(len, former.values())) > len(people) > 3
    register.move(register.url, register.back)
    assert _in_file(register.file.parents[1] / "back.db") == former
    assert register.people(register.url) == register.people(register.back) == people


def test_the_former_is_no_longer_gone_on_with_once_the_new_one_has_worked(register: Register) -> None:
    register.move("", register.url)
    with closing(open_register(register.settings(register.url), Now())) as opened:
        enrol(opened, "7")
    with pytest.raises(StoredDataError, match="older than it should be"):
        register.people()
    assert "7" in register.people(register.url)


def test_no_number_is_given_twice(register: Register) -> None:
    with closing(sqlite3.connect(register.file)) as connection:
        (given,) = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'subjects'").fetchone()
    register.move("", register.url)
    with closing(open_register(register.settings(register.url), Now())) as opened:
        enrol(opened, "7")
        with opened.store.reading() as view:
            assert [citizen.ordinal for citizen in view.subjects.page(given, 10)] == [given + 1]


def test_it_is_refused_while_a_server_works_on_either_or_where_there_is_anything(register: Register) -> None:
    with closing(open_register(register.settings(), Now())), pytest.raises(DomainError, match="another server"):
        register.move("", register.url)
    with closing(lock_database(register.url)), pytest.raises(DomainError, match="another server"):
        register.move("", register.url)
    with pytest.raises(SettingsError, match="of the same kind"):
        register.move("", register.back)
    assert _on_server(register.url) == {}
    with psycopg.connect(register.url) as connection:
        connection.execute("CREATE TABLE subjects (other text)")
    with pytest.raises(SettingsError, match="not empty"):
        register.move("", register.url)
    with psycopg.connect(register.url) as connection:
        connection.execute("DROP TABLE subjects")
    register.move("", register.url)
    with pytest.raises(SettingsError, match="not empty"):
        register.move("", register.url)
    with pytest.raises(SettingsError, match="there is no database"):
        register.move(register.url, "")


def test_there_is_nothing_to_move_before_the_first_start(register: Register, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    none = load_settings(data_dir=tmp_path / "none")
    to = load_settings(data_dir=tmp_path / "none", database_url=register.url)
    with pytest.raises(StoredDataError, match="no register yet"):
        move_register(none, to, Now(), NoDeadline(), quiet)


@pytest.mark.parametrize("table", ["audit", "replies", "templates", "log_hashes"])
def test_what_did_not_come_as_it_was_is_noticed(
    register: Register, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = table_copy._batches

    def spoilt(source: Any, of: Any) -> Iterator[list[dict[str, Any]]]:
        for rows in batches(source, of):
            yield rows[1:] if of.name == table else rows

    monkeypatch.setattr(table_copy, "_batches", spoilt)
    with pytest.raises(StoredDataError, match=f"the table {table} are not those"):
        register.move("", register.url)
    assert _on_server(register.url) == {}


_KILLED = """
import os, signal, sys
from pathlib import Path
from idverify.settings import load_settings
from idverify.start.backup.moving import move_register
from tests.backup_kit import Now
from tests.fakes import NoDeadline

def progress(name, done, whole):
    if name == sys.argv[4]:
        os.kill(os.getpid(), signal.SIGKILL)

one, other = (load_settings(data_dir=Path(sys.argv[1]), database_url=url) for url in sys.argv[2:4])
move_register(one, other, Now(), NoDeadline(), progress)
"""


def test_killed_in_the_middle_it_left_nothing_and_is_done_again(register: Register) -> None:
    people, former = register.people(), _in_file(register.file)

    def killed(moment: str, url: str, to: str) -> None:
        command = [sys.executable, "-c", _KILLED, str(register.data_dir), url, to, moment]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL

    killed("compare", "", register.url)
    assert _on_server(register.url) == {}
    register.move("", register.url)
    killed("copy", register.url, register.back)
    assert not Path(register.back.removeprefix("sqlite:///")).exists()
    register.move(register.url, register.back)
    assert _on_server(register.url) == former
    assert register.people(register.back) == people


def test_the_command_says_what_is_there_and_what_to_do_next(register: Register) -> None:
    runner, arguments = CliRunner(), ["migrate-store", "--data-dir", str(register.data_dir)]
    told = runner.invoke(build_app(), [*arguments, "--to", register.url, "--json"])
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert answer["rows"]["subjects"] == len(register.people(register.url))
    assert answer["log_entries"] == answer["rows"]["audit"] == answer["until_event"]
    again = runner.invoke(build_app(), [*arguments, "--to", register.url])
    assert again.exit_code == 2
    assert "not empty" in again.output
    back = runner.invoke(build_app(), [*arguments, "--to", register.back], env={"IDVERIFY_DATABASE_URL": register.url})
    assert back.exit_code == 0, back.output
    assert "set database_url to the new database" in back.output


def test_folders_that_are_not_there_are_named_and_not_made(golden: Path, tmp_path: Path) -> None:
    missing, url = tmp_path / "missing", "postgresql://u@127.0.0.1/d"
    for data, to in ((missing, url), (golden, f"sqlite:///{missing / 'back.db'}")):
        settings, other = load_settings(data_dir=data), load_settings(data_dir=data, database_url=to)
        with pytest.raises(SettingsError, match=f"no such folder: {missing}"):
            move_register(settings, other, Now(), NoDeadline(), quiet)
    assert not missing.exists()


def test_a_url_that_is_none_is_told_by_the_name_of_its_option(golden: Path) -> None:
    told = CliRunner().invoke(build_app(), ["migrate-store", "--data-dir", str(golden), "--to", "postgrsql://u@h/d"])
    assert (told.exit_code, "--to must begin with" in told.output, "database_url" in told.output) == (2, True, False)
