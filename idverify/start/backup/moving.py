"""Moving the register to a database of the other kind, with the service stopped."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.domain.findings import refuse
from idverify.ports import Clock, Deadline
from idverify.settings import Settings
from idverify.start.check import State, look
from idverify.start.instance_lock import only_instance
from idverify.start.opening import locked
from idverify.storage.moving import Moved, move_into_file, move_into_server
from idverify.storage.server_lock import lock_database
from idverify.trust.sealing import MasterKeys


def move_register(
    settings: Settings, to: Settings, clock: Clock, deadline: Deadline, progress: Callable[[str, int, int], object]
) -> Moved:
    """Copy the database of a service into an empty one of the other kind: all of it, or nothing.

    Everything else of ``data_dir`` belongs to both, and stays: keys, the end of the trail, who was erased, the gallery
    on disk, which goes by the trail. The former database is only read. A start on the new one goes on; one on the
    former, after that, is refused, since the end of the trail that is noted outside is newer.

    Args:
        settings: of the service, which is stopped.
        to: the same with the other database.
        clock: the time.
        deadline: asked now and then.
        progress: told how far it is.

    Raises:
        SettingsError: a folder is not there; a server works in it; the other database is not empty, or of the same
            kind.
        DomainError: STORE_UNAVAILABLE, also if a server works on either; STORE_NOT_WRITABLE.
        StoredDataError: something is lost, was changed, or does not belong together; there is no register yet.
        OSError: a file cannot be read or made.
    """
    for folder in (settings.data_dir, to.sqlite_file.parent if to.sqlite_file else settings.data_dir):
        if not folder.is_dir():
            raise SettingsError(f"no such folder: {folder}")
    if (settings.sqlite_file is None) == (to.sqlite_file is None):
        raise SettingsError("the other database is of the same kind; a register moves between SQLite and PostgreSQL")
    if to.sqlite_file is not None and to.sqlite_file.exists():
        raise SettingsError(f"{to.sqlite_file} is there; a register is put where there is no database")
    with only_instance(settings.data_dir), closing(locked(settings, clock)):
        keys = _keys(look(settings, clock))
        moved = _move(settings, to, keys, deadline, progress)
        # As its first start will look at it.
        refuse(look(to, clock).findings)
    return moved


def _keys(state: State) -> MasterKeys:
    refuse(state.findings)
    if not state.begun or state.keys is None:
        raise StoredDataError("there is no register yet; start the service once")
    return state.keys


def _move(
    settings: Settings,
    to: Settings,
    keys: MasterKeys,
    deadline: Deadline,
    progress: Callable[[str, int, int], object],
) -> Moved:
    if to.sqlite_file is not None:
        return move_into_file(settings.store_url, to.sqlite_file, keys, deadline, progress)
    assert settings.sqlite_file is not None
    with closing(lock_database(to.store_url)):
        return move_into_server(settings.sqlite_file, to.store_url, keys, deadline, progress)
