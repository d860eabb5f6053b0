"""A PostgreSQL server goes back to a point in time: what is lost is on the record, and who was erased stays erased."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import StoredDataError
from idverify.settings import Settings, load_settings
from idverify.start.accept import accept_losses
from tests.backup_kit import Kept, Now, enrol, erase
from tests.contract.store_kit import Intruder
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

_AS_SERVER = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups") if os.geteuid() == 0 else ()
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [
    Path(found).parent for found in [shutil.which("pg_basebackup")] if found
]


class Server:
    """A server of our own, on a socket in its folder, that archives its log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"postgresql://idverify@/postgres?host={folder}"
        self.archive = folder / "archive"

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run([*_AS_SERVER, str(_PROGRAMS[-1] / program), *arguments], check=True, stdout=subprocess.DEVNULL)

    def make(self) -> None:
        self.run("initdb", "-D", str(self._folder / "data"), "-U", "idverify", "--auth=trust", "--no-sync")
        subprocess.run([*_AS_SERVER, "mkdir", str(self.archive)], check=True)

    def start(self, *settings: str) -> None:
        given = (
            "listen_addresses=",
            f"unix_socket_directories={self._folder}",
            "archive_mode=on",
            f"archive_command=cp %p {self.archive}/%f",
            *settings,
        )
        options = " ".join(f'-c "{each}"' for each in given)
        log = str(self._folder / "log")
        self.run("pg_ctl", "start", "-w", "-s", "-D", str(self._folder / "data"), "-l", log, "-o", options)

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "-s", "-D", str(self._folder / "data"), "-m", "fast")

    def base_backup(self) -> None:
        self.run(
            "pg_basebackup", "-D", str(self._folder / "base"), "-h", str(self._folder), "-U", "idverify", "-c", "fast"
        )

    def go_back(self) -> None:
        """Put the base backup in the place of the data, to be recovered."""
        signal = self._folder / "base" / "recovery.signal"
        subprocess.run([*_AS_SERVER, "touch", str(signal)], check=True)
        (self._folder / "data").rename(self._folder / "lost")
        (self._folder / "base").rename(self._folder / "data")


@pytest.fixture
def server() -> Iterator[Server]:
    if not _PROGRAMS:
        pytest.skip("going back to a point in time was not tried: there is no PostgreSQL on this machine")
    with tempfile.TemporaryDirectory(prefix="pitr-") as folder:  # short: the path of a socket is
        if _AS_SERVER:
            shutil.chown(folder, "postgres", "postgres")
            Path(folder).chmod(0o755)
        server = Server(Path(folder))
        server.make()
        server.start()
        yield server
        server.stop()


class At(Kept):
    """A data folder, with the whole server for its database."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder, "data")
        self._url = server.url

    @property
    def settings(self) -> Settings:
        data_dir = self.folder / "data"
        return load_settings(data_dir=data_dir, database_url=self._url, erasure_list=self.folder / "erasures")


def test_a_server_goes_back_to_a_point_in_time(server: Server, tmp_path: Path) -> None:
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
