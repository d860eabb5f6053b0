"""Calls that are described and not made yet: a method, its request, and what its answer is to the caller."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from google.protobuf.message import Message

Response = TypeVar("Response", bound=Message)
Result = TypeVar("Result")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Asked(Generic[Result]):
    """One call.

    Attributes:
        method: of a generated stub, which is untyped.
        request: its request.
        result: what the caller gets, made of the answer.
    """

    method: Any
    request: Message
    result: Callable[[Any], Result]


@overload
def ask(expected: type[Response], method: Any, request: Message) -> Asked[Response]: ...
@overload
def ask(
    expected: type[Response], method: Any, request: Message, told: Callable[[Response], Result]
) -> Asked[Result]: ...
def ask(
    expected: type[Response], method: Any, request: Message, told: Callable[[Response], Any] | None = None
) -> Asked[Any]:
    """Describe a call whose answer is ``expected``; the caller gets what ``told`` makes of it, or all of it."""

    def result(answer: Any) -> Any:
        assert isinstance(answer, expected)
        return answer if told is None else told(answer)

    return Asked(method, request, result)


@dataclass(frozen=True, slots=True)
class Paged(Generic[Item]):
    """Call after call, for one page each (AIP-158).

    Attributes:
        method: of a generated stub, which is untyped.
        request: for the first page; those after it differ in ``page_token``.
        items: what the caller gets of a page.
    """

    method: Any
    request: Any
    items: Callable[[Any], Iterable[Item]]

    def page(self) -> Asked[Any]:
        """Describe the call for the page that comes next."""
        return Asked(self.method, self.request, lambda answer: answer)

    def goes_on_after(self, page: Any) -> bool:
        """Tell whether another page comes after this, and have it be the next."""
        self.request.page_token = page.next_page_token
        return bool(page.next_page_token)


def paged(
    expected: type[Response], method: Any, request: Message, items: Callable[[Response], Iterable[Item]]
) -> Paged[Item]:
    """Describe calls whose answers are pages, each an ``expected``."""

    def checked(answer: Any) -> Iterable[Item]:
        assert isinstance(answer, expected)
        return items(answer)

    return Paged(method, request, checked)


@dataclass(frozen=True, slots=True)
class Streamed(Generic[Result]):
    """One call with many requests and many answers.

    Attributes:
        method: of a generated stub, which is untyped.
        messages: its requests.
        seconds: until it is given up; None: as long as it takes.
        result: what the caller gets of each answer.
    """

    method: Any
    messages: Iterable[Message] | AsyncIterable[Message]
    seconds: float | None
    result: Callable[[Any], Result]


def each(
    items: Iterable[Item] | AsyncIterable[Item], message: Callable[[Item], Message]
) -> Iterable[Message] | AsyncIterable[Message]:
    """Return the message of each, taken when it is asked for."""
    if isinstance(items, AsyncIterable):
        return _each_awaited(items, message)
    return map(message, items)


async def _each_awaited(items: AsyncIterable[Item], message: Callable[[Item], Message]) -> AsyncIterator[Message]:
    async for item in items:
        yield message(item)
