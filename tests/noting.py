"""A watch that notes what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from idverify.domain.model import AuditEntry
from idverify.ports import CallEnded, SampleSeen, Stage
from idverify.ports.watching import Unwatched


@dataclass
class Noting(Unwatched):
    """Notes what it is told."""

    told: list[object] = field(default_factory=list)

    @contextmanager
    def call(self, method: str) -> Iterator[None]:
        self.told.append(method)
        yield

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        self.told.append(stage)
        yield

    def took(self, stage: Stage, seconds: float) -> None:
        self.told.append((stage, seconds))

    def call_ended(self, ended: CallEnded) -> None:
        self.told.append(ended)

    def sample(self, seen: SampleSeen) -> None:
        self.told.append(seen)

    def recorded(self, entry: AuditEntry) -> None:
        self.told.append(entry)

    def chore(self, name: str, seconds: float, *, failed: bool) -> None:
        self.told.append((name, seconds, failed))

    def show(self, figures: object) -> None:
        self.told.append(figures)

    def close(self) -> None:
        self.told.append("closed")
