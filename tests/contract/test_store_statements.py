"""A statement that is given to the driver gives what the library would have, and fails as it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, delete, exc, insert, select, update

from idverify.storage.engine import Engines, make_engines
from idverify.storage.statement import Statement
from idverify.storage.store import open_store
from idverify.storage.tables import attempts, recent_probes, reply_bodies, seen_samples
from tests.contract.store_kit import KEYS, NOW

ROW = {
    "scope": "CITIZEN",
    "client": "quầy-7",
    "subject_id": "someone",
    "failures": 1.5,
    "updated": NOW,
    "closed_until": None,
    "locked": True,
}


@pytest.fixture
def engines(store_url: str) -> Iterator[Engines]:
    open_store(store_url, KEYS).close()
    opened = make_engines(store_url, 5.0)
    yield opened
    opened.close()


def test_values_and_columns_have_the_types_of_the_table(engines: Engines) -> None:
    add, clear = Statement(insert(attempts), list(ROW)), Statement(delete(attempts))
    query = select(attempts).where(attempts.c.client == bindparam("client"))
    with engines.writer.begin() as connection:
        add.execute_many(connection, [ROW, {**ROW, "scope": "CLIENT", "locked": False, "closed_until": NOW}])
        (found, _) = rows = Statement(query.order_by(attempts.c.scope)).all(connection, client="quầy-7")
        assert [row._asdict() for row in rows] == [
            row._asdict() for row in connection.execute(query.order_by(attempts.c.scope), {"client": "quầy-7"})
        ]
        assert found._asdict() == ROW
        assert Statement(query).first(connection, client="nobody") is None
        assert clear.execute(connection) == 2


def test_what_a_statement_says_itself_it_need_not_be_told(engines: Engines) -> None:
    add, one = Statement(insert(seen_samples), ["digest", "seen"]), Statement(select(seen_samples).limit(1))
    move = Statement(update(seen_samples).where(seen_samples.c.digest == bindparam("which")), ["seen"])
    with engines.writer.begin() as connection:
        add.execute_many(connection, [{"digest": bytes([n]), "seen": NOW} for n in range(3)])
        assert len(one.all(connection)) == 1
        assert move.execute(connection, which=b"\x01", seen=NOW) == 1
        assert move.execute(connection, which=b"none", seen=NOW) == 0


def test_a_number_that_the_database_gives_is_returned(engines: Engines) -> None:
    add = Statement(insert(reply_bodies).returning(reply_bodies.c.body_id), ["event", "body_sealed"])
    with engines.writer.begin() as connection:
        first, second = (add.first(connection, event=1, body_sealed=b"\x00\xff") for _ in range(2))
        assert first is not None
        assert second is not None
        assert second.body_id == first.body_id + 1


def test_errors_are_those_of_the_library_and_tell_no_value(engines: Engines) -> None:
    orphan = Statement(insert(recent_probes).inline(), ["subject_id", "probe_id", "template_sealed"])
    with pytest.raises(exc.IntegrityError) as error, engines.writer.begin() as connection:
        orphan.execute(connection, subject_id="nobody", probe_id="p", template_sealed=b"secret")
    assert "secret" not in str(error.value)
    assert "7365" not in str(error.value)
