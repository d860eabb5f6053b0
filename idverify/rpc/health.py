"""Whether the service can serve: grpc.health.v1, by asking store, signer and gallery now and then."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from grpc_health.v1 import health, health_pb2

from idverify.dispatch.workers import WorkerPool
from idverify.domain.errors import DomainError, StoredDataError
from idverify.services.application import Application
from idverify.telemetry.troubles import Rarely, cause_of

_LOG = logging.getLogger(__name__)

PROBE_SECONDS = 10.0
"""Between two probes. One reads one row and stats one file; after a write that failed, it tries to write."""

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def fault(application: Application) -> str | None:
    """Return why it cannot serve, if so: store, gallery or signer does not answer, or the store takes nothing.

    Without one of them no call could be decided and signed.
    """
    try:
        with application.store.reading() as view:
            view.audit.page(0, 1)
        application.store.require_writable()
        application.signer.key_set()
        len(application.gallery)
    except (DomainError, StoredDataError, OSError) as error:
        return cause_of(error)
    return None


class HealthReporter:
    """Keeps the health service up to date.

    Args:
        application: what is asked.
        pool: where it is asked.
        services: full names to report on; "" stands for the whole server.
    """

    def __init__(self, application: Application, pool: WorkerPool, services: Sequence[str]) -> None:
        self.servicer = health.aio.HealthServicer()
        self._application = application
        self._pool = pool
        self._services = ("", *services)
        self._trouble = Rarely()
        self._serving = False

    @property
    def serving(self) -> bool:
        """Whether it could serve at the last probe."""
        return self._serving

    async def probe(self) -> None:
        """Ask once and report."""
        try:
            self._serving = await self._pool.run(self._ready)
        except DomainError:  # SERVER_BUSY: the housekeeping queue is full, which is no reason to be sent elsewhere
            return
        status = SERVING if self._serving else NOT_SERVING
        for service in self._services:
            await self.servicer.set(service, status)

    def _ready(self) -> bool:
        cause = fault(self._application)
        if cause is None:
            if self._trouble.over():
                _LOG.info("ready again")
        elif self._trouble.due(cause):
            _LOG.warning("not ready", extra={"cause": cause})
        return cause is None

    async def keep_probing(self) -> None:
        """Ask again and again, until cancelled."""
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            await self.probe()
