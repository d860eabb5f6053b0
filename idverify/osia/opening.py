"""OSIA's interfaces as the settings have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial

from starlette.routing import Route

from idverify.access.callers import local_caller
from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Method
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Caller
from idverify.osia.abis import Abis
from idverify.osia.deferring import Worker, deferrable
from idverify.osia.delivering import Deliverer
from idverify.osia.relying_party import RelyingParty
from idverify.osia.requests import OsiaRequest
from idverify.osia.routes import osia_routes
from idverify.osia.tasks import Tasks
from idverify.rpc.servicers.all import performer_of
from idverify.services.application import Application
from idverify.services.references.tasks import TaskService
from idverify.settings import Settings
from idverify.start.chores import led
from idverify.start.housekeeping import Chore, Housekeeper, UntilClosed

_EVERY = 0.5
"""Seconds: what is accepted is begun within."""


def routes_of(settings: Settings, dispatcher: Dispatcher, application: Application) -> Sequence[Route]:
    """Return what answers at the paths of both interfaces."""
    tasks = _tasks(settings, application)
    abis = {
        name: deferrable(method, tasks, settings.osia_callback_hosts) for name, method in _at_once(application).items()
    }
    relying_party = RelyingParty(application.verification, application.identification)
    return osia_routes(dispatcher, abis | Tasks(tasks).methods(), relying_party.methods())


@contextmanager
def deferred(settings: Settings, application: Application) -> Iterator[None]:
    """Work on what was accepted, and deliver it, for a block."""
    tasks, watch, follows = _tasks(settings, application), application.watch, application.following
    working, delivering = UntilClosed(), UntilClosed()
    caller = partial(_caller, settings, application)
    worker = Worker(
        tasks, _at_once(application), performer_of(application), caller, application.foreground, watch, working
    )
    deliverer = Deliverer(tasks, settings.osia_callback_hosts, delivering)
    with ExitStack() as undo:
        undo.callback(deliverer.close)
        for name, chores, life in (
            ("osia-work", led(follows, [Chore("answering tasks", _EVERY, worker.work, first=0.0)]), working),
            (
                "osia-delivery",
                led(
                    follows,
                    [
                        Chore("delivering results", _EVERY, deliverer.work, first=0.0),
                        Chore("forgetting tasks", 60.0, tasks.forget),
                    ],
                ),
                delivering,
            ),
        ):
            keeper = Housekeeper(name, chores, life, watch)
            keeper.start()
            undo.callback(keeper.close)
        yield


def _tasks(settings: Settings, application: Application) -> TaskService:
    return TaskService(application.store, application.clock, timedelta(hours=settings.reply_hours))


def _at_once(application: Application) -> Mapping[str, Method[OsiaRequest]]:
    return Abis(application.references, application.reference_reading, application.reference_search).methods()


def _caller(settings: Settings, application: Application, name: str) -> Caller:
    """Return who a client is now; without TLS whoever is on this machine."""
    if settings.clients_file is None and name == settings.local_caller:
        return local_caller(name)
    client = application.clients.directory.get(name)
    if client is None:
        raise DomainError(Reason.CLIENT_UNKNOWN, "the client is no longer registered")
    return client.caller
