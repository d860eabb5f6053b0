"""Several who watch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType

from idverify.domain.model import AuditEntry
from idverify.ports import CallEnded, Figure, SampleSeen, Stage, Watch


@dataclass(frozen=True, slots=True)
class Several:
    """Implements the port ``Watch``: tells each of them."""

    watches: tuple[Watch, ...]

    def call(self, method: str) -> AbstractContextManager[None]:
        """Tell each."""
        return _Blocks([watch.call(method) for watch in self.watches])

    def call_ended(self, ended: CallEnded) -> None:
        """Tell each."""
        for watch in self.watches:
            watch.call_ended(ended)

    def stage(self, stage: Stage) -> AbstractContextManager[None]:
        """Tell each."""
        return _Blocks([watch.stage(stage) for watch in self.watches])

    def took(self, stage: Stage, seconds: float) -> None:
        """Tell each."""
        for watch in self.watches:
            watch.took(stage, seconds)

    def sample(self, seen: SampleSeen) -> None:
        """Tell each."""
        for watch in self.watches:
            watch.sample(seen)

    def recorded(self, entry: AuditEntry) -> None:
        """Tell each."""
        for watch in self.watches:
            watch.recorded(entry)

    def chore(self, name: str, seconds: float, *, failed: bool) -> None:
        """Tell each."""
        for watch in self.watches:
            watch.chore(name, seconds, failed=failed)

    def show(self, figures: Callable[[], Sequence[Figure]]) -> None:
        """Tell each."""
        for watch in self.watches:
            watch.show(figures)

    def close(self) -> None:
        """Close each."""
        for watch in self.watches:
            watch.close()


class _Blocks(AbstractContextManager[None]):
    """Blocks that begin and end together. A call has a dozen of them: an ExitStack takes several times as long."""

    __slots__ = ("_blocks",)

    def __init__(self, blocks: Sequence[AbstractContextManager[None]]) -> None:
        self._blocks = blocks

    def __enter__(self) -> None:
        for block in self._blocks:
            block.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for block in reversed(self._blocks):
            block.__exit__(kind, error, traceback)
