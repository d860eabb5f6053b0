"""What is done with the masters is in the trail, once, whether the service ran or not."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from idverify.start.keys.acts import KeyActs
from idverify.storage.store import open_store
from idverify.trust.homes.home import FILES
from idverify.trust.homes.master_file import FileMaster
from idverify.trust.key_file import load_master_keys
from idverify.trust.key_masters import add_master, retire_master, rewrap
from tests.contract.store_kit import NOW
from tests.register_kit import Register, call
from tests.waiting import wait_until


def acts_of(register: Register) -> list[tuple[str, str, str]]:
    rows = register.ask("SELECT action, payload FROM audit WHERE action LIKE '%Master' OR action LIKE '%Keys'")
    found = [(str(action), json.loads(str(payload))) for action, payload in rows]
    return [(action, entry["outcome"], entry["details"].get("master", "")) for action, entry in found]


def test_every_act_once(tmp_path: Path) -> None:
    register = Register(tmp_path / "data").filled(1)
    keys, copy = register.settings.master_key_file, tmp_path / "copy.json"
    add_master(keys, FILES, "a", partial(FileMaster.new, tmp_path / "a"), NOW)
    copy.write_bytes(keys.read_bytes())
    done = [("AddMaster", "DONE", "a")]
    with register.open():
        wait_until(lambda: acts_of(register) == done)
    rewrap(keys, FILES, "a", NOW)
    retire_master(keys, FILES, "file", NOW)
    store = open_store(register.settings.store_url, load_master_keys(keys))
    acts = KeyActs(keys, FILES, store, register.clock)
    for _ in range(2):
        acts.note()
    done += [("RewrapKeys", "DONE", "a"), ("RetireMaster", "DONE", "file")]
    assert acts_of(register) == done
    # An older copy, in which a retired master still unlocks, is noticed.
    keys.unlink()
    copy.rename(keys)
    keys.chmod(0o600)
    copy_of_before = keys.read_bytes()
    for _ in range(2):
        acts.note()
    assert acts_of(register) == [*done, ("RestoreKeys", "OLDER", "")]
    # As is another one that was made of it, with as many acts as were noted.
    add_master(keys, FILES, "thief", partial(FileMaster.new, tmp_path / "thief"), NOW)
    acts.note()
    keys.write_bytes(copy_of_before)
    add_master(keys, FILES, "a2", partial(FileMaster.new, tmp_path / "a2"), NOW)
    for _ in range(2):
        acts.note()
    done += [("RestoreKeys", "OLDER", ""), ("AddMaster", "DONE", "thief"), ("RestoreKeys", "OTHER", "")]
    assert acts_of(register) == done
    store.close()
    with register.open() as application:
        assert application.trail_check.check(call("CheckAuditTrail"), full=True).first_broken == 0
