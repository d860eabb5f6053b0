"""A PostgreSQL server goes back to a point in time: what is lost is on the record, and who was erased stays erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import StoredDataError
from idverify.settings import Settings, load_settings
from idverify.start.accept import accept_losses
from tests.backup_kit import Kept, Now, enrol, erase
from tests.contract.store_kit import Intruder
from tests.postgres_kit import PostgresServer, place_for_servers
from tests.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with place_for_servers("going back to a point in time") as place:
        server = PostgresServer(place)
        server.make()
        server.start("archive_mode=on", f"archive_command=cp %p {server.archive}/%f")
        yield server
        server.stop()


class At(Kept):
    """A data folder, with the whole server for its database."""

    def __init__(self, folder: Path, server: PostgresServer) -> None:
        super().__init__(folder, "data")
        self._url = server.url

    @property
    def settings(self) -> Settings:
        data_dir = self.folder / "data"
        return load_settings(data_dir=data_dir, database_url=self._url, erasure_list=self.folder / "erasures")


def test_a_server_goes_back_to_a_point_in_time(server: PostgresServer, tmp_path: Path) -> None:
    kept = At(tmp_path, server)
    intruder = Intruder(server.url)
    with kept.open() as (register, keeper):
        enrol(register, "0")
        server.base_backup()
        enrol(register, "1")
        enrol(register, "2")
        ((then,),) = intruder.ask("SELECT clock_timestamp()::text")
        erase(register, keeper, "1")
        enrol(register, "3")
        reached = register.store.last_head().sequence
    ((last,),) = intruder.ask("SELECT pg_walfile_name(pg_switch_wal())")
    wait_until((server.archive / str(last)).exists)
    intruder.close()
    server.stop()
    server.go_back()
    server.start(
        f"restore_command=cp {server.archive}/%f %p",
        f"recovery_target_time={then}",
        "recovery_target_action=promote",
    )
    with pytest.raises(StoredDataError, match="older than it should be"):
        kept.people()
    assert "TRAIL_TAKEN_BACK" in {finding.code for finding in accept_losses(kept.settings, Now())}
    assert kept.people() == ["0", "2"]
    with kept.open() as (register, _), register.store.reading() as view:
        entries = [each.entry for each in view.audit.page(0, 100)]
    (lost,) = [each.details for each in entries if each.action == "AcceptLoss"]
    assert lost["noted_event"] == reached
    assert lost["database_event"] < reached  # type: ignore[operator]
    assert [each.subject_id for each in entries if each.action == "EraseAgain"] == ["1"]
