"""The lock of a database is held by one, and lost by nobody unnoticed."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.storage.server_lock import lock_database
from tests.contract.store_kit import Intruder


def cut(intruder: Intruder) -> int:
    """Cut the connection that holds the lock of this schema, and no other test's; return how many there were."""
    [(schema,)] = intruder.ask("SELECT current_schema()")
    key = zlib.crc32(schema.encode()) ^ (1 << 31)  # the second half of the key, as pg_locks shows it: unsigned
    [(count,)] = intruder.ask(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_locks "
        f"WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND objid = {key}"
    )
    return int(count)


def test_the_second_is_refused_until_the_first_has_gone(store_url: str) -> None:
    first = lock_database(store_url)
    first.keep()
    with pytest.raises(DomainError) as refused:
        lock_database(store_url)
    assert (refused.value.reason, refused.value.metadata) == (Reason.STORE_UNAVAILABLE, {"cause": "DATABASE_IN_USE"})
    first.close()
    second = lock_database(store_url)
    second.close()


def test_other_databases_have_other_locks(store_url: str, tmp_path: Path) -> None:
    first, second = lock_database(store_url), lock_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    first.close()
    second.close()


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
def test_a_lock_whose_connection_is_cut_is_taken_again_or_missed(store_url: str, intruder: Intruder) -> None:
    first = lock_database(store_url)
    assert cut(intruder) == 1
    first.keep()
    with pytest.raises(DomainError, match="another server"):
        lock_database(store_url)
    assert cut(intruder) == 1
    second = lock_database(store_url)
    for _ in range(2):
        with pytest.raises(DomainError, match="another server"):
            first.keep()
    second.close()
    first.keep()
    first.close()
