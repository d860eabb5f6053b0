"""Calls that are awaited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Self

import grpc
import grpc.aio

from idverify.client.connection import Tls, open_aio_channel
from idverify.client.errors import translated
from idverify.client.transport.asked import Asked, Item, Paged, Result, Streamed
from idverify.client.transport.caller import Caller
from idverify.client.transport.health import PATIENCE, PAUSE, health_question
from idverify.client.transport.tries import Tries


class Awaiting(Caller):
    """For one event loop: the one that runs when it is made."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection; calls that are open are cancelled."""
        await self._channel.close()

    async def wait_until_serving(self, seconds: float) -> bool:
        """Wait until the server says that it serves; False if it does not within the time."""
        question = health_question(self._channel)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                if question.result(await question.method(question.request, timeout=min(left, PATIENCE))):
                    return True
            except grpc.RpcError:  # it may not listen yet
                pass
            await asyncio.sleep(min(PAUSE, left))
        return False

    def _opened(self, server: str, tls: Tls | None) -> grpc.aio.Channel:
        return open_aio_channel(server, tls)

    async def _made(self, asked: Asked[Result]) -> Result:
        tries = Tries.of(asked.request, self._timeout, several=self._several)
        while True:
            try:
                call = asked.method(asked.request, timeout=tries.timeout(), metadata=self._metadata())
                answer = await call
                self._watermark.note(await call.trailing_metadata())
            except grpc.RpcError as error:
                pause = tries.pause(error)
                if pause is None:
                    raise translated(tries.told(error), self._tls) from None
                await asyncio.sleep(pause)
            else:
                return asked.result(answer)

    async def _paged(self, pages: Paged[Item]) -> AsyncIterator[Item]:
        while True:
            page = await self._made(pages.page())
            for item in pages.items(page):
                yield item
            if not pages.goes_on_after(page):
                return

    async def _whole(self, pages: Paged[Item]) -> list[Item]:
        return [item async for item in self._paged(pages)]

    async def _streamed(self, stream: Streamed[Result]) -> AsyncIterator[Result]:
        call = stream.method(stream.messages, timeout=stream.seconds, metadata=self._metadata())
        try:
            async for answer in call:
                yield stream.result(answer)
            self._watermark.note(await call.trailing_metadata())
        except grpc.RpcError as error:
            raise translated(error, self._tls) from None
        finally:
            call.cancel()
