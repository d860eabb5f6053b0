"""A server of several follows what the others write: told or not, late, after a gap, and whatever the feed says."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event

import pytest

from idverify.dispatch.deadline import CallDeadline
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import StoredTemplate
from idverify.matching.keeper import fill_gallery
from idverify.records.catalogue import LiveCatalogue
from idverify.services.registry.directory import ClientDirectory
from idverify.start.chores import led
from idverify.start.housekeeping import Chore
from idverify.start.several.followed import Followed
from idverify.start.several.following import Follower
from idverify.storage.store import SqlStore, open_store
from tests.catalogue_kit import BIRTH
from tests.contract.store_kit import KEYS, NOW, PERSON, Intruder, enrol, feature
from tests.contract.test_store_catalogue import FIRST, ITEMS
from tests.contract.test_store_clients import CLIENT, REVOKED
from tests.fakes import FakeGallery, NoDeadline
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)


@dataclass
class Server:
    """What a server keeps in memory, and follows."""

    store: SqlStore
    follower: Follower
    gallery: FakeGallery = field(default_factory=FakeGallery)
    catalogue: LiveCatalogue = field(default_factory=lambda: LiveCatalogue(NOW.date))
    clients: ClientDirectory = field(default_factory=ClientDirectory)
    compared: int = 0

    def begin(self) -> None:
        fill_gallery(self.gallery, self.store)
        self.follower.begin(Followed(self.gallery, self.catalogue, self.clients, self.compare))

    def compare(self) -> None:
        self.compared += 1
        self.gallery.templates.clear()
        fill_gallery(self.gallery, self.store)

    def catch_up(self) -> None:
        self.follower.catch_up_gallery(NoDeadline())

    def enrol(self, number: str) -> list[int]:
        """Enrol somebody with two prints; the gallery changes with the transaction, as the service has it."""
        subject_id = enrol(self.store, number, feature(), feature())
        with self.store.reading() as view:
            stored = view.subjects.templates(subject_id)
        self.gallery.add(stored)
        return [template.template_id for template in stored]


@pytest.fixture
def servers(store: SqlStore, store_url: str) -> Iterator[tuple[Server, Server]]:
    """Two servers; ``store`` has made the tables."""
    del store
    with ExitStack() as undo:
        made = []
        for _ in range(2):
            opened = open_store(store_url, KEYS, patience=PATIENCE, several=True)
            undo.callback(opened.close)
            opened.claim()
            made.append(Server(opened, Follower(opened, store_url)))
            undo.callback(made[-1].follower.close)
        for server in made:
            server.begin()
        yield made[0], made[1]


def test_what_one_adds_and_takes_away_the_other_follows(servers: tuple[Server, Server]) -> None:
    one, other = servers
    ids = one.enrol("079203000001")
    other.catch_up()
    assert list(other.gallery.templates) == ids
    assert other.gallery.templates == one.gallery.templates
    with other.store.transaction() as uow:
        subject_id = uow.subjects.id_of("079203000001")
        assert subject_id is not None
        uow.subjects.delete(subject_id)
    one.catch_up()
    assert one.gallery.templates == {}
    assert (one.compared, other.compared) == (0, 0)
    assert one.follower.position >= other.follower.position > 0


def test_clients_and_catalogue_are_followed_too(servers: tuple[Server, Server]) -> None:
    one, other = servers
    with one.store.transaction() as uow:
        uow.clients.add(CLIENT)
        uow.catalogue.add(FIRST, ITEMS)
    other.catch_up()
    assert other.clients.get(CLIENT.name) == CLIENT
    assert other.catalogue.knows(BIRTH.code)
    with one.store.transaction() as uow:
        uow.clients.put(REVOKED)
    other.catch_up()
    assert other.clients.get(CLIENT.name) == REVOKED


class SlowGallery(FakeGallery):
    """One that takes nothing until it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = Event()

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        assert self.let.wait(PATIENCE)
        super().add(templates)


def test_a_gallery_that_hangs_keeps_searches_waiting_and_nobody_else(servers: tuple[Server, Server]) -> None:
    one, other = servers
    assert other.follower._followed is not None
    slow = SlowGallery()
    other.follower._followed = replace(other.follower._followed, gallery=slow)
    ids = one.enrol("079203000001")
    with one.store.transaction() as uow:
        uow.clients.add(CLIENT)
    other.follower.catch_up(NoDeadline())
    assert other.clients.get(CLIENT.name) == CLIENT
    assert other.follower.followed == one.follower.position
    with pytest.raises(DomainError, match="DEADLINE_EXCEEDED"):
        other.follower.catch_up_gallery(CallDeadline(0.1))
    slow.let.set()
    other.catch_up()
    assert list(slow.templates) == ids


def test_what_a_comparison_that_failed_has_not_seen_is_told_all_the_same(servers: tuple[Server, Server]) -> None:
    one, other = servers
    other.follower.close()  # nobody but the test tells the gallery
    assert other.follower._followed is not None
    whole = other.follower._followed
    ids = one.enrol("079203000001")
    other.follower.catch_up(NoDeadline())
    other.follower._followed = replace(whole, compare=unavailable_comparison)
    with pytest.raises(DomainError, match="STORE_UNAVAILABLE"):
        other.follower.compare()
    other.catch_up()
    assert list(other.gallery.templates) == ids


def unavailable_comparison() -> None:
    raise DomainError(Reason.STORE_UNAVAILABLE, "it is away")


def test_what_is_rolled_back_is_told_nobody(servers: tuple[Server, Server]) -> None:
    one, other = servers

    def refused() -> None:
        with one.store.transaction() as uow:
            uow.subjects.add("s", "079203000001", PERSON, NOW)
            uow.subjects.add_encounter("s", "e", NOW, [feature()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        refused()
    position = other.follower.position
    other.catch_up()
    assert (other.gallery.templates, other.follower.position) == ({}, position)


def test_more_than_one_part_is_followed_at_once(servers: tuple[Server, Server], intruder: Intruder) -> None:
    one, other = servers
    other.follower.close()
    for number in range(2):
        one.enrol(f"07920300000{number}")
        intruder.run("INSERT INTO feed SELECT max(position) + n, '[]' FROM feed, generate_series(1, 250) n GROUP BY n")
    other.catch_up()
    assert other.gallery.templates == one.gallery.templates
    assert len(other.gallery) == 4


def test_it_is_woken_and_where_that_is_cut_it_looks_by_itself(
    servers: tuple[Server, Server], intruder: Intruder
) -> None:
    one, other = servers
    ids = one.enrol("079203000001")
    wait_until(lambda: list(other.gallery.templates) == ids)
    [(schema,)] = intruder.ask("SELECT current_schema()")
    cut = intruder.ask(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
        f"WHERE application_name = 'idverify-lock' AND query LIKE 'LISTEN%{schema}%'"
    )
    assert cut == [(2,)]
    ids += one.enrol("079203000002")
    wait_until(lambda: list(other.gallery.templates) == ids)


def test_who_missed_what_is_told_no_more_compares_everything(servers: tuple[Server, Server]) -> None:
    one, other = servers
    other.follower.close()
    ids = one.enrol("079203000001")
    one.enrol("079203000002")
    with one.store.transaction() as uow:
        uow.clients.add(CLIENT)
        uow.catalogue.add(FIRST, ITEMS)
    one.store.forget_told(0)
    other.catch_up()
    assert other.compared == 1
    assert other.gallery.templates == one.gallery.templates
    assert other.clients.get(CLIENT.name) == CLIENT
    assert other.catalogue.knows(BIRTH.code)
    other.catch_up()
    assert other.compared == 1
    assert ids[0] in other.gallery.templates


def test_a_feed_that_somebody_changed_hides_and_invents_nobody(
    servers: tuple[Server, Server], intruder: Intruder
) -> None:
    one, other = servers
    ids = one.enrol("079203000001")
    other.catch_up()
    for forged in (
        f'[["templates", {ids[0]}, "s", "e", 0]]',
        '[["templates", 999, "s", "e", 0]]',
        '[["clients", "x"]]',
    ):
        intruder.run("INSERT INTO feed SELECT max(position) + 1, :told FROM feed", {"told": forged})
    other.catch_up()
    assert list(other.gallery.templates) == ids
    intruder.run("DELETE FROM feed")
    other.catch_up()
    assert other.compared == 1
    other.gallery.templates.clear()
    other.follower.compare()
    assert list(other.gallery.templates) == ids


def test_an_answer_tells_how_new_it_is_before_its_own_write_is_read_again(servers: tuple[Server, Server]) -> None:
    one, other = servers
    one.follower.close()
    one.enrol("079203000001")
    assert one.follower.position > one.follower.followed
    other.catch_up()
    assert other.follower.followed == one.follower.position
    one.catch_up()
    assert one.follower.followed == one.follower.position == other.follower.position


def test_positions_grow_whatever_the_clock_says(servers: tuple[Server, Server], intruder: Intruder) -> None:
    one, other = servers
    intruder.run("INSERT INTO feed VALUES (9000000000000000, '[]')")
    one.enrol("079203000001")
    other.catch_up()
    assert other.follower.position == 9_000_000_000_000_001
    assert other.gallery.templates == one.gallery.templates


def test_one_leads_until_it_is_cut_off_or_has_gone(servers: tuple[Server, Server], intruder: Intruder) -> None:
    one, other = (server.follower for server in servers)
    assert (one.leads(), other.leads(), one.leads(), other.leads()) == (True, False, True, False)
    [(schema,)] = intruder.ask("SELECT current_schema()")
    key = zlib.crc32(schema.encode()) ^ (1 << 31)
    cut = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_locks WHERE granted AND locktype = 'advisory'"
    assert intruder.ask(f"{cut} AND classid = {0x6964766C} AND objid = {key}") == [(1,)]
    assert other.leads()
    with pytest.raises(DomainError):
        one.leads()
    assert (one.leads(), other.leads()) == (False, True)
    other.close()
    wait_until(one.leads)  # the server of the database has yet to see that the connection is gone


def test_what_is_done_once_for_all_one_does(servers: tuple[Server, Server]) -> None:
    done: list[str] = []
    for name, server in zip(("one", "other"), servers, strict=True):
        for chore in led(server.follower, [Chore("x", 1.0, partial(done.append, name))]):
            chore.work()
    assert done == ["one"]
