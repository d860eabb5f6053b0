"""The migrations make the tables the program knows, once, whoever comes first."""

from __future__ import annotations

import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import BEGINNING
from idverify.ports import StoredReply
from idverify.storage.engine import make_engines
from idverify.storage.schema import upgrade
from idverify.storage.store import SqlStore, open_store
from idverify.storage.tables import metadata
from idverify.storage.vault import Vault
from idverify.trust.sealing import Purpose, seal
from tests.contract.store_kit import KEYS, Intruder, enrol


def open_and_close(url: str) -> int:
    open_store(url, KEYS, patience=20.0).close()
    return 1


def test_the_migrations_make_the_tables_of_the_program(store: SqlStore, intruder: Intruder) -> None:
    assert set(metadata.tables) == {
        *(
            "subjects",
            "encounters",
            "templates",
            "records",
            "replies",
            "reply_bodies",
            "operations",
            "attempts",
            "seen_samples",
            "owned_records",
            "recent_probes",
            "transactions",
            "sign_ins",
            "consents",
            "disclosures",
            "dossiers",
            "confirmations",
            "devices",
        ),
        *("audit", "audit_head", "audit_floor", "clients", "catalogue", "reads", "held_acts"),
        *("citizen_changes", "former_numbers", "virtual_numbers", "citizen_pins", "log_hashes", "images"),
        *("presences", "presence_counts", "slips", "subject_requests", "legal_holds", "row_marks", "schema_oldest"),
        *("reference_encounters", "reference_galleries", "tasks", "feed"),
    }
    with intruder.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_again_changes_nothing(store: SqlStore, store_url: str) -> None:
    subject_id = enrol(store)
    again = open_store(store_url, KEYS)
    with again.reading() as view:
        assert view.subjects.get(subject_id) is not None
    again.close()


def test_two_processes_may_open_a_new_database_at_once(store_url: str) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert sum(pool.map(open_and_close, [store_url] * 2)) == 2


def test_a_database_of_a_newer_version_is_refused(store: SqlStore, store_url: str, intruder: Intruder) -> None:
    intruder.run("UPDATE alembic_version SET version_num = '9999'")
    intruder.run("UPDATE schema_oldest SET revision = '9999'")
    with pytest.raises(StoredDataError, match="newer version"):
        open_store(store_url, KEYS)


def test_the_file_is_private(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a 100%.sqlite'}", KEYS)
    enrol(store)
    files = list(tmp_path.iterdir())
    assert len(files) == 3, "the database, its log and its index"
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    store.close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    content = b"Dear Sir or Madam, " * 100
    path.write_bytes(content)
    with pytest.raises(StoredDataError):
        open_store(f"sqlite:///{path}", KEYS)
    assert path.read_bytes() == content


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "mysql://host/name"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:///path"):
        open_store(url, KEYS)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    pytest.importorskip("psycopg", reason="the extra postgres is not installed")
    with pytest.raises(DomainError) as refused:
        open_store("postgresql://nobody@127.0.0.1:9/none", KEYS, patience=2.0)
    assert refused.value.reason is Reason.STORE_UNAVAILABLE


def test_answers_from_before_move_to_a_table_of_their_own(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = ("replies", "body", "c", "r2", "Verify", b"d".hex())
    sealed = seal(KEYS.subkey(Purpose.SERVICE_DATA), b"body", *place)
    engines = make_engines(store_url, 5.0)
    with monkeypatch.context() as patch, engines.writer.begin() as connection:
        true = command.upgrade
        patch.setattr(command, "upgrade", lambda config, _: true(config, "0003"))
        upgrade(connection)
        insert = (
            "INSERT INTO replies (caller, request_id, method, digest, body_sealed) VALUES ('c', :id, 'Verify', :d, :b)"
        )
        for request_id, body in (("r1", None), ("r2", sealed), ("r3", None)):
            connection.execute(text(insert), {"id": request_id, "d": b"d", "b": body})
        begin = "INSERT INTO audit_head (id, sequence, hash, mac) VALUES (1, 0, :hash, :mac)"
        values = {"hash": BEGINNING.hash, "mac": Vault(KEYS).head_mac(0, BEGINNING.hash)}
        connection.execute(text(begin), values)
    engines.close()
    store = open_store(store_url, KEYS)
    with store.transaction() as uow:
        uow.replies.put("c", "r4", StoredReply("Verify", b"d", b"another"), None)
    with store.reading() as view:
        found = [view.replies.find("c", f"r{number}") for number in range(1, 5)]
    assert [reply.body for reply in found if reply] == [None, b"body", None, b"another"]
    store.close()
