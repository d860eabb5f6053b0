"""Calls that return when they are answered."""

from __future__ import annotations

import time
from collections.abc import AsyncIterable, Iterator
from typing import Self

import grpc
from google.protobuf.message import Message

from idverify.client.connection import Tls, open_channel
from idverify.client.errors import translated
from idverify.client.transport.asked import Asked, Item, Paged, Result, Streamed
from idverify.client.transport.caller import Caller
from idverify.client.transport.health import PATIENCE, PAUSE, health_question
from idverify.client.transport.tries import Tries


class Blocking(Caller):
    """Thread-safe."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._channel.close()

    def wait_until_serving(self, seconds: float) -> bool:
        """Wait until the server says that it serves; False if it does not within the time."""
        question = health_question(self._channel)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                if question.result(question.method(question.request, timeout=min(left, PATIENCE))):
                    return True
            except grpc.RpcError:  # it may not listen yet
                pass
            time.sleep(min(PAUSE, left))
        return False

    def _opened(self, server: str, tls: Tls | None) -> grpc.Channel:
        return open_channel(server, tls)

    def _made(self, asked: Asked[Result]) -> Result:
        tries = Tries.of(asked.request, self._timeout, several=self._several)
        while True:
            try:
                answer, call = asked.method.with_call(asked.request, timeout=tries.timeout(), metadata=self._metadata())
            except grpc.RpcError as error:
                pause = tries.pause(error)
                if pause is None:
                    raise translated(tries.told(error), self._tls) from None
                time.sleep(pause)
            else:
                self._watermark.note(call.trailing_metadata())
                return asked.result(answer)

    def _paged(self, pages: Paged[Item]) -> Iterator[Item]:
        while True:
            page = self._made(pages.page())
            yield from pages.items(page)
            if not pages.goes_on_after(page):
                return

    def _whole(self, pages: Paged[Item]) -> list[Item]:
        return list(self._paged(pages))

    def _streamed(self, stream: Streamed[Result]) -> Iterator[Result]:
        if isinstance(stream.messages, AsyncIterable):
            raise TypeError("requests that are awaited are for AsyncClient")
        return self._answers(stream, iter(stream.messages))

    def _answers(self, stream: Streamed[Result], messages: Iterator[Message]) -> Iterator[Result]:
        call = stream.method(messages, timeout=stream.seconds, metadata=self._metadata())
        try:
            for answer in call:
                yield stream.result(answer)
            self._watermark.note(call.trailing_metadata())
        except grpc.RpcError as error:
            raise translated(error, self._tls) from None
        finally:
            call.cancel()
