"""One description for each call, from which every client has its method: blocking, or awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import update_wrapper, wraps
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from idverify.client.transport.asked import Asked, Item, Paged, Result, Streamed
from idverify.client.transport.awaiting import Awaiting
from idverify.client.transport.blocking import Blocking

_Given = ParamSpec("_Given")
_Described = TypeVar("_Described")


class _Method(Generic[_Given, _Described]):
    """A method that describes a call, and of a client makes it."""

    _how: str
    """The method of a client that makes what is described."""

    def __init__(self, describe: Callable[Concatenate[Any, _Given], _Described]) -> None:
        self._describe = describe
        update_wrapper(self, describe)  # type: ignore[arg-type] # its name and its words

    def _bound(self, client: Any) -> Callable[_Given, Any]:
        make = getattr(client, self._how)

        @wraps(self._describe)
        def made(*given: _Given.args, **named: _Given.kwargs) -> Any:
            return make(self._describe(client, *given, **named))

        return made


class Call(_Method[_Given, Asked[Result]], Generic[_Given, Result]):
    """Returns an answer."""

    _how = "_made"

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[_Given, Result]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[_Given, Coroutine[Any, Any, Result]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else self._bound(client)


class Pages(_Method[_Given, Paged[Item]], Generic[_Given, Item]):
    """Iterates, fetching a page when it is needed."""

    _how = "_paged"

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[_Given, Iterator[Item]]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[_Given, AsyncIterator[Item]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else self._bound(client)


class AllPages(_Method[_Given, Paged[Item]], Generic[_Given, Item]):
    """Returns what all pages have."""

    _how = "_whole"

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[_Given, list[Item]]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[_Given, Coroutine[Any, Any, list[Item]]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else self._bound(client)


class Stream(_Method[_Given, Streamed[Result]], Generic[_Given, Result]):
    """Iterates over answers as they come."""

    _how = "_streamed"

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Blocking, owner: type) -> Callable[_Given, Iterator[Result]]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[_Given, AsyncIterator[Result]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        return self if client is None else self._bound(client)
