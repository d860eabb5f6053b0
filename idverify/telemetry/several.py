"""Several who watch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from idverify.domain.model import AuditEntry
from idverify.ports import CallEnded, Figure, SampleSeen, Stage, Watch


@dataclass(frozen=True, slots=True)
class Several:
    """Implements the port ``Watch``: tells each of them."""

    watches: tuple[Watch, ...]

    @contextmanager
    def call(self, method: str) -> Iterator[None]:
        """Tell each."""
        with ExitStack() as stack:
            for watch in self.watches:
                stack.enter_context(watch.call(method))
            yield

    def call_ended(self, ended: CallEnded) -> None:
        """Tell each."""
        for watch in self.watches:
            watch.call_ended(ended)

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """Tell each."""
        with ExitStack() as stack:
            for watch in self.watches:
                stack.enter_context(watch.stage(stage))
            yield

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
