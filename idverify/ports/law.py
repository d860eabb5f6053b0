"""What the law on personal data asks of what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from idverify.domain.law.schedule import DataKind


class Retention(Protocol):
    """What has been kept for its time."""

    def due(
        self, kind: DataKind, before: datetime, *, among: Sequence[str] | None = None, limit: int | None = None
    ) -> list[tuple[Any, ...]]:
        """Return what has been kept since before a time: of some subjects, or all; at most ``limit``.

        Each as its subject id and what else tells it from others.
        """

    def remove(self, kind: DataKind, found: Sequence[tuple[Any, ...]]) -> None:
        """Take out what :meth:`due` found; a citizen is not taken out here, but erased whole."""
