"""A service in this process, and calls that come in by no door."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from idverify.bootstrap import build
from idverify.dispatch.dispatcher import Dispatcher
from idverify.dispatch.method import Method
from idverify.domain.model import Credentials, Language
from idverify.rpc.dispatching import dispatcher_of
from idverify.rpc.servicers.all import all_methods
from idverify.settings import load_settings


@dataclass
class _Arrival:
    sent: list[bytes]
    certificate: bytes | None = None
    peer: str = ""
    connection: str = "here"
    language: Language = Language.EN
    watermark: str = ""

    @property
    def credentials(self) -> Credentials:
        """What it shows of who makes it."""
        return Credentials(self.certificate)

    def admitted(self) -> None:
        """Nothing more is told."""

    def seconds_left(self) -> float | None:
        return None

    async def read(self) -> bytes | None:
        return self.sent.pop() if self.sent else None


@dataclass(frozen=True, slots=True)
class Service:
    """Answers calls of the local caller, who may make every one."""

    dispatcher: Dispatcher
    methods: Mapping[str, Method[Any]] = field(default_factory=dict)

    async def call(self, method: str, body: bytes) -> bytes:
        """Answer a call of ``idverify.v1.Service/Method``; raises as :meth:`Dispatcher.call`."""
        return await self.dispatcher.call(self.methods[method], _Arrival([body]))


@asynccontextmanager
async def serving(folder: Path, **settings: Any) -> AsyncIterator[Service]:
    """Run a service with real extraction by ``ridge`` and one worker, in a folder of its own, during a block."""
    made = load_settings(data_dir=folder, extractor="ridge", workers=1, **settings)
    application = build(made)
    try:
        dispatcher = dispatcher_of(made, application)
        try:
            yield Service(dispatcher, {method.full_name: method for method in all_methods(application)})
        finally:
            await dispatcher.close()
    finally:
        application.close()
