"""The dispatch of an application, with the limits that the settings give it."""

from __future__ import annotations

from idverify.dispatch.dispatcher import Dispatcher, Limits
from idverify.dispatch.open_calls import OpenLimits
from idverify.rpc.servicers.all import performer_of
from idverify.services.application import Application
from idverify.settings import Settings


def dispatcher_of(settings: Settings, application: Application) -> Dispatcher:
    """Return the dispatch for all doors; on the event loop that they are on."""
    limits = Limits(
        settings.workers,
        settings.queue_length,
        settings.default_deadline_seconds,
        settings.stream_concurrency,
        settings.request_memory_bytes,
        settings.max_message_bytes,
        settings.public_calls_per_minute,
        OpenLimits(
            settings.client_connections,
            settings.client_calls,
            settings.max_calls,
            settings.client_streams,
            settings.max_streams,
        ),
    )
    performer, watch = performer_of(application), application.watch
    dispatcher = Dispatcher(
        application.caller_of,
        application.audit,
        performer,
        limits,
        application.foreground,
        watch,
        application.following,
    )
    watch.show(dispatcher.figures)
    return dispatcher
