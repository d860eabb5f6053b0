"""The server process: listens, serves, and goes in good order."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2_grpc

from idverify import texts
from idverify.bootstrap import build
from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Methods
from idverify.dispatch.tokens import sign_in_method, token_method
from idverify.rpc.dispatching import dispatcher_of
from idverify.rpc.door import generic_handlers
from idverify.rpc.foreign import BoundedServices
from idverify.rpc.health import HealthReporter
from idverify.rpc.heap import keep_giving_back, map_large_blocks
from idverify.rpc.listening import credentials, listen, server_options
from idverify.rpc.servicers.all import all_methods, all_streams
from idverify.services.application import Application
from idverify.settings import Settings
from idverify.start.instance_lock import only_instance
from idverify.telemetry.foreign_output import only_our_stderr
from idverify.telemetry.log_lines import configure_logging
from idverify.trust.secret_file import make_folder

_LOG = logging.getLogger(__name__)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_SAME_WISH_SECONDS = 1.0
"""Programs that start others often pass a signal on that the other has got already. Only a later one ends at once."""


def serve(settings: Settings, build_application: Callable[[Settings], Application] = build) -> None:
    """Build the application and serve it until SIGTERM or SIGINT; return when calls in flight have ended.

    Logs one JSON object a line to stderr. The line ``"message": "listening"`` has the ``address`` with the port bound;
    with a door of HTTP also ``http``, and where the pages are.

    Args:
        settings: validated settings.
        build_application: makes the application; tests give another matcher.

    Raises:
        SettingsError: the certificates cannot be used, or the address cannot be listened on.
        DomainError, StoredDataError, OSError: as :func:`idverify.bootstrap.build`.
    """
    with ExitStack() as undo:
        undo.callback(configure_logging)  # once that stream is closed
        configure_logging(undo.enter_context(only_our_stderr()))
        map_large_blocks()
        tls = credentials(settings)  # before the seconds that building takes
        texts.read_all()  # a refusal is told in words where no file can be opened too
        make_folder(settings.data_dir, 0o700)
        with only_instance(settings.server_dir):
            application = build_application(settings)
            try:
                asyncio.run(_serve_until_signal(settings, application, tls))
            finally:
                application.close()
        _LOG.info("stopped")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the doors are; ``http`` empty: that one is closed."""

    grpc: str
    http: str


async def serve_until(
    stop: asyncio.Event,
    settings: Settings,
    application: Application,
    tls: grpc.ServerCredentials | None,
    listening: Callable[[Addresses], None],
) -> None:
    """Serve until ``stop`` is set, then let calls in flight end, for ``settings.shutdown_grace_seconds`` at most.

    Args:
        stop: set to stop.
        settings: validated settings.
        application: the use cases; stays open.
        tls: credentials; None on loopback only.
        listening: told the addresses once calls are answered.
    """
    methods = all_methods(application)
    services = sorted({method.service for method in methods})
    dispatcher = dispatcher_of(settings, application)
    health_reporter = HealthReporter(application, dispatcher.housekeeping, services)
    server = grpc.aio.server(options=server_options(settings))
    foreign: Any = BoundedServices(settings.max_message_bytes)  # stands in for a server where they are registered
    health_pb2_grpc.add_HealthServicer_to_server(health_reporter.servicer, foreign)
    listed = (*services, health.SERVICE_NAME, reflection.SERVICE_NAME)
    reflection_pb2_grpc.add_ServerReflectionServicer_to_server(reflection.aio.ReflectionServicer(listed), foreign)
    server.add_generic_rpc_handlers(
        [*generic_handlers(dispatcher, methods, all_streams(application)), *foreign.handlers]
    )
    address = listen(server, settings, tls)
    await health_reporter.probe()
    probing = asyncio.create_task(health_reporter.keep_probing())
    giving_back = asyncio.create_task(keep_giving_back(lambda: dispatcher.large_requests))
    try:
        async with (
            _front_door(settings, dispatcher, methods, health_reporter, application) as http,
            _queue(settings, application),
            _deferred(settings, application),
        ):
            await server.start()  # last: whoever asks there whether it serves finds the other door open too
            listening(Addresses(address, http))
            await stop.wait()
    finally:
        probing.cancel()
        giving_back.cancel()
        await health_reporter.servicer.enter_graceful_shutdown()
        await server.stop(settings.shutdown_grace_seconds)
        await dispatcher.close()


@asynccontextmanager
async def _front_door(
    settings: Settings,
    dispatcher: Dispatcher,
    methods: Methods,
    health_reporter: HealthReporter,
    application: Application,
) -> AsyncIterator[str]:
    """Open the door of HTTP for a block, if there is to be one; tell its address."""
    if not settings.http:
        yield ""
        return
    from idverify.rest.app import Surroundings, application_of  # noqa: PLC0415 - an extra
    from idverify.rest.door import opened  # noqa: PLC0415
    from idverify.rest.guard import LOOPBACK  # noqa: PLC0415

    hosts = settings.http_hosts or ([] if settings.tls_cert else LOOPBACK)
    tokens, sign_ins = application.tokens, application.sign_ins
    around = Surroundings(
        hosts,
        settings.log_dir,
        lambda: health_reporter.serving,
        token_method(tokens, sign_ins),
        sign_in_method(tokens, sign_ins),
        settings.scanner_range,
        application.officers,
        settings.page_url,
        _further(settings, dispatcher, application),
    )
    async with opened(application_of(dispatcher, methods, around), settings) as address:
        yield address


@asynccontextmanager
async def _queue(settings: Settings, application: Application) -> AsyncIterator[None]:
    """Take requests from a broker for a block, if there is to be one."""
    if not settings.mosip_broker:
        yield
        return
    from idverify.mosip.abis.opening import broker_of  # noqa: PLC0415 - an extra

    broker = broker_of(settings, application)
    broker.start()
    try:
        yield
    finally:
        await asyncio.to_thread(broker.close)


@asynccontextmanager
async def _deferred(settings: Settings, application: Application) -> AsyncIterator[None]:
    """Work on what OSIA's clients are told later for a block, if there are any."""
    if not settings.osia:
        yield
        return
    from idverify.osia.opening import deferred  # noqa: PLC0415 - an extra

    with ExitStack() as undo:
        await asyncio.to_thread(undo.enter_context, deferred(settings, application))
        try:
            yield
        finally:
            await asyncio.to_thread(undo.close)


def _further(settings: Settings, dispatcher: Dispatcher, application: Application) -> list[Any]:
    """Return the routes of other interfaces than this service's own."""
    found: list[Any] = []
    if settings.mosip_sdk:
        from idverify.mosip.sdk.methods import BioSdk  # noqa: PLC0415 - an extra, as the door itself
        from idverify.mosip.sdk.routes import bio_sdk_routes  # noqa: PLC0415

        found += bio_sdk_routes(dispatcher, BioSdk(application.samples, application.clock))
    if settings.osia:
        from idverify.osia.opening import routes_of  # noqa: PLC0415

        found += routes_of(settings, dispatcher, application)
    return found


async def _serve_until_signal(settings: Settings, application: Application, tls: grpc.ServerCredentials | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        if stop.is_set():
            return
        _LOG.info("stopping")
        stop.set()
        loop.call_later(_SAME_WISH_SECONDS, ends_at_once)

    def ends_at_once() -> None:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, on_signal)

    def on_listening(at: Addresses) -> None:
        if tls is None:
            _LOG.warning(
                "without TLS: every program on this machine may do everything", extra={"caller": settings.local_caller}
            )
        facts = {"workers": settings.workers, "queue_length": settings.queue_length, "tls": tls is not None}
        pages = {"http": at.http, "open_in_browser": _pages_at(settings, at.http)} if at.http else {}
        _LOG.info("listening", extra={"address": at.grpc, **pages, **facts})

    await serve_until(stop, settings, application, tls, on_listening)


def _pages_at(settings: Settings, http: str) -> str:
    """Return the address of the counter's page, as browsers have it."""
    host, _, port = http.rpartition(":")
    named = settings.http_hosts[0] if settings.http_hosts else host
    return f"{settings.page_url or ('https' if settings.tls_cert else 'http') + f'://{named}:{port}'}/"
