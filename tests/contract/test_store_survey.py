"""A look at a database tells whether it is whole, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from sqlalchemy import update

from idverify.domain.model import Confirmation, TrailHead
from idverify.storage.store import SqlStore, open_store
from idverify.storage.survey import survey
from idverify.storage.tables import audit_head
from idverify.storage.trail.tally import FORMER_PLACES, tally_rows
from idverify.storage.trail.trail_end import read_end
from idverify.storage.vault import Vault
from idverify.trust.sealing import MasterKeys
from idverify.trust.trail_file import Witness
from tests.contract.store_kit import KEYS, NOW, NUMBER, Intruder, enrol, entry, feature, record
from tests.service_kit import told


@pytest.fixture
def filled(store: SqlStore, store_url: str) -> str:
    """The URL of a database with two citizens, three templates, two versions of a record and four events."""
    first = enrol(store, NUMBER, feature(), feature())
    enrol(store, "079203009999")
    with store.transaction() as uow:
        uow.records.put(first, record())
        uow.records.put(first, record(2))
        for _ in range(4):
            uow.audit.append(entry(first))
    return store_url


def codes(url: str, witness: Witness | None = None) -> list[str]:
    return [finding.code for finding in survey(url, KEYS, witness).findings]


def test_a_whole_database_is_found_whole(filled: str, store: SqlStore) -> None:
    seen = survey(filled, KEYS, Witness(store.last_head()))
    assert (seen.begun, seen.people, seen.newest, seen.findings) == (True, 2, NOW, ())
    with store.transaction() as uow:  # the file lags behind
        uow.audit.append(entry())
    assert seen.end is not None
    assert codes(filled, Witness(seen.end.head)) == []
    assert codes(filled, Witness(TrailHead(0, "0" * 64))) == []


def test_without_a_database_or_without_keys(store_url: str, tmp_path: object) -> None:
    assert not survey(f"sqlite:///{tmp_path}/none", KEYS, None).begun
    assert not survey(store_url, KEYS, None).begun
    store = open_store(store_url, KEYS)
    enrol(store)
    store.close()
    seen = survey(store_url, None, None)
    assert (seen.begun, seen.people, seen.findings) == (True, 1, ())


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["DELETE FROM audit WHERE sequence = 4"], ["TRAIL_CUT"]),
        (["DELETE FROM audit", "DELETE FROM audit_head"], ["TRAIL_EMPTIED"]),
        (["UPDATE audit_head SET sequence = 3"], ["TRAIL_END_FOREIGN"]),
        (["UPDATE audit SET payload = replace(payload, 'MATCH', 'NO_MATCH') WHERE sequence = 4"], ["TRAIL_OTHER"]),
        (["UPDATE audit_head SET state_sealed = NULL"], ["STATE_LOST", "ROWS_DIFFER"]),
        (["DELETE FROM records WHERE version = 2"], ["ROWS_DIFFER"]),
        (["DELETE FROM templates WHERE template_id = 1"], ["ROWS_DIFFER"]),
        (["UPDATE records SET version = 3 WHERE version = 2"], ["ROWS_EXCHANGED"]),
        (["UPDATE templates SET place = 7 WHERE template_id = 1"], ["ROWS_EXCHANGED"]),
        (["UPDATE encounters SET subject_id = (SELECT min(subject_id) FROM subjects)"], ["ROWS_EXCHANGED"]),
    ],
)
def test_what_was_changed_past_the_store_is_found(
    filled: str, store: SqlStore, intruder: Intruder, statements: Sequence[str], found: Sequence[str]
) -> None:
    noted = store.last_head()
    with store.reading() as view:
        early = TrailHead(3, view.audit.page(2, 1)[0].hash)
    intruder.drop_guards()
    for statement in statements:
        intruder.run(statement)
    assert codes(filled, Witness(early if found == ["TRAIL_OTHER"] else noted)) == found


def test_a_database_that_was_taken_back_is_found(filled: str, store: SqlStore) -> None:
    head = store.last_head()
    assert codes(filled, Witness(TrailHead(head.sequence + 1, "f" * 64))) == ["TRAIL_TAKEN_BACK"]
    assert codes(filled, Witness(TrailHead(head.sequence, "f" * 64))) == ["TRAIL_OTHER"]


def test_other_keys_are_not_the_ones_of_the_database(filled: str) -> None:
    seen = survey(filled, MasterKeys("k1", {"k1": b"\x11" * 32}, b"\x78" * 32), None)
    assert [finding.code for finding in seen.findings] == ["TRAIL_END_FOREIGN"]


def test_the_sums_follow_every_change(filled: str, store: SqlStore) -> None:
    vault = Vault(KEYS)
    with store.transaction() as uow:
        someone = uow.subjects.id_of(NUMBER)
        assert someone is not None
        uow.subjects.delete(someone)
    enrol(store, "079203000001")
    with pytest.raises(ZeroDivisionError), store.transaction() as uow:
        _ = uow.subjects.delete(uow.subjects.page(0, 1)[0].subject_id) // 0
    with store.reading() as view:
        connection = view.audit._connection
        state = read_end(connection, vault).state
        assert state is not None
        assert state.tallies == tally_rows(connection, vault)
        assert {name: tally.count for name, tally in state.tallies.items() if tally.count} == {
            "subjects": 2,
            "encounters": 2,
            "templates": 2,
        }
    assert codes(filled) == []


def test_a_row_that_comes_back_from_a_copy_does_not_balance_another(
    filled: str, store: SqlStore, intruder: Intruder
) -> None:
    """Who deletes a row and puts in one that was there before leaves the count as it was, and not the sum."""
    intruder.drop_guards()
    intruder.run("CREATE TABLE kept AS SELECT * FROM records WHERE version = 2")
    with store.transaction() as uow:
        someone = uow.subjects.id_of(NUMBER)
        assert someone is not None
        uow.records.put(someone, record(3))
    intruder.run("DELETE FROM records WHERE version = 3")
    intruder.run("UPDATE records SET record_type = 'other' WHERE version = 1")
    intruder.run(
        "INSERT INTO records SELECT subject_id, 'more', version, owning_agency, updated, content_sealed FROM kept"
    )
    assert codes(filled) == ["ROWS_EXCHANGED"]


def _left_by_a_former_version(store: SqlStore) -> None:
    """Write the end as it was when the sums knew no encounters, and of confirmations only two columns."""
    vault = Vault(KEYS)
    with store._engines.writer.begin() as connection:
        head = read_end(connection, vault).head
        sums = tally_rows(connection, vault, places=FORMER_PLACES)
        content = {"tallies": {n: [t.count, f"{t.total:x}"] for n, t in sums.items()}, "claims": 0, "signing_keys": []}
        sealed = vault.seal_state(head, json.dumps(content).encode())
        connection.execute(update(audit_head).values(state_sealed=sealed))


def _confirm(store: SqlStore) -> None:
    with store.transaction() as uow:
        someone = told(uow.subjects.id_of(NUMBER))
        uow.confirmations.add(Confirmation("c-1", someone, "counter-7", "phieu-7", NOW))


def test_what_a_former_version_left_goes_over_whole(filled: str, store: SqlStore, intruder: Intruder) -> None:
    _confirm(store)
    _left_by_a_former_version(store)
    assert codes(filled) == []
    open_store(filled, KEYS).close()
    assert codes(filled) == []
    intruder.run("UPDATE confirmations SET ordinal = ordinal + 1")
    assert codes(filled) == ["ROWS_EXCHANGED"]


def test_what_was_exchanged_before_a_database_goes_over_is_not_forgiven(
    filled: str, store: SqlStore, intruder: Intruder
) -> None:
    _confirm(store)
    _left_by_a_former_version(store)
    intruder.run("UPDATE confirmations SET version = 2")
    assert codes(filled) == ["ROWS_EXCHANGED"]
    open_store(filled, KEYS).close()
    assert codes(filled) == ["ROWS_EXCHANGED"]


def test_code_that_somebody_put_into_the_database_is_found(filled: str, intruder: Intruder) -> None:
    assert codes(filled) == []
    intruder.run("CREATE VIEW glance AS SELECT * FROM subjects")
    assert codes(filled) == ["FOREIGN_CODE"]
    intruder.run("DROP VIEW glance")
    assert codes(filled) == []
    if intruder.dialect == "sqlite":
        intruder.run("CREATE TRIGGER a AFTER INSERT ON attempts BEGIN DELETE FROM attempts; END")
    else:
        intruder.run("CREATE RULE a AS ON INSERT TO attempts DO INSTEAD NOTHING")
    (found,) = survey(filled, KEYS, None).findings
    assert (found.code, found.acceptable) == ("FOREIGN_CODE", False)


def test_a_guard_of_the_trail_that_was_emptied_is_found(filled: str, intruder: Intruder) -> None:
    if intruder.dialect != "sqlite":
        pytest.skip("on PostgreSQL triggers are known by their names")
    intruder.run("DROP TRIGGER audit_no_update")
    intruder.run("CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT 1; END")
    assert codes(filled) == ["FOREIGN_CODE"]


def test_nothing_is_appended_to_a_trail_that_was_taken_back_meanwhile(
    filled: str, store: SqlStore, intruder: Intruder
) -> None:
    intruder.drop_guards()
    old = intruder.ask("SELECT sequence, hash, mac, state_sealed FROM audit_head")[0]
    with store.transaction() as uow:
        uow.audit.append(entry())
    values = dict(zip(("sequence", "hash", "mac", "state"), old, strict=True))
    intruder.run("UPDATE audit_head SET sequence = :sequence, hash = :hash, mac = :mac, state_sealed = :state", values)
    intruder.run("DELETE FROM audit WHERE sequence > :sequence", {"sequence": values["sequence"]})
    with pytest.raises(Exception, match="taken back from event 5 to 4"), store.transaction() as uow:
        uow.audit.append(entry())
    with pytest.raises(Exception, match="taken back from event 5 to 4"):
        store.require_writable()


def test_who_claims_last_writes_and_nobody_else(filled: str, store: SqlStore) -> None:
    store.claim()
    enrol(store, "079203000001")
    other = open_store(filled, KEYS)
    other.claim()
    enrol(other, "079203000002")
    with pytest.raises(Exception, match="another server has opened this database"):
        enrol(store, "079203000003")
    with pytest.raises(Exception, match="another server has opened this database"):
        store.require_writable()
    other.close()
