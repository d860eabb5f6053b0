"""Operations: how they stand, and their results, sealed under the service's key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from idverify.domain.model import Operation, OperationKind, OperationState
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import AnyRow, operations
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal


class OperationsView:
    """Operations, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, operation_id: str) -> Operation | None:
        """Return an operation with its result."""
        row = self._connection.execute(
            select(operations).where(operations.c.operation_id == operation_id)
        ).one_or_none()
        return None if row is None else self._operation(row, with_result=True)

    def page(self, after_ordinal: int, limit: int) -> list[tuple[int, Operation]]:
        """Return operations in order, each with its ordinal, without results."""
        query = select(operations).where(operations.c.ordinal > after_ordinal)
        rows = self._connection.execute(query.order_by(operations.c.ordinal).limit(limit)).all()
        return [(row.ordinal, self._operation(row, with_result=False)) for row in rows]

    def add(self, operation: Operation) -> None:
        """Refuse."""
        del operation
        raise refuse_write()

    def put(self, operation: Operation) -> None:
        """Refuse."""
        del operation
        raise refuse_write()

    def reached(self, operation_id: str) -> bytes | None:
        """Return what was noted of how far one came that did not succeed."""
        query = select(operations.c.reached_sealed).where(operations.c.operation_id == operation_id)
        sealed = self._connection.execute(query).scalar_one_or_none()
        return None if sealed is None else unseal(self._vault.service_key, sealed, *_reached(operation_id))

    def note(self, operation_id: str, reached: bytes) -> None:
        """Refuse."""
        del operation_id, reached
        raise refuse_write()

    def running(self) -> Operation | None:
        """Return the one that is running, without a result; of whichever server."""
        query = select(operations).where(operations.c.state == OperationState.RUNNING.value)
        row = self._connection.execute(query.order_by(operations.c.ordinal).limit(1)).one_or_none()
        return None if row is None else self._operation(row, with_result=False)

    def interrupt(self, now: datetime, owner: str = "") -> None:
        """Refuse."""
        del now, owner
        raise refuse_write()

    def ask_to_cancel(self, operation_id: str) -> None:
        """Refuse."""
        del operation_id
        raise refuse_write()

    def delete(self, operation_id: str) -> None:
        """Refuse."""
        del operation_id
        raise refuse_write()

    def _operation(self, row: AnyRow, *, with_result: bool) -> Operation:
        with decoding("operation"):
            state = OperationState(row.state)
            kind = OperationKind.FIND_DUPLICATES if row.kind is None else OperationKind(row.kind)
        result = None
        if with_result and row.result_sealed is not None:
            result = unseal(self._vault.service_key, row.result_sealed, *_place(row.operation_id, kind))
        return Operation(
            row.operation_id,
            state,
            row.created,
            row.updated,
            row.done,
            row.total,
            row.found,
            result,
            kind,
            row.owner or "",
            bool(row.cancel_asked),
        )


class SqlOperations(OperationsView):
    """Operations, read and written in one transaction."""

    def add(self, operation: Operation) -> None:
        """Add a new one."""
        self._connection.execute(insert(operations).values(self._row(operation)))

    def put(self, operation: Operation) -> None:
        """Store how one stands now."""
        this = operations.c.operation_id == operation.operation_id
        done_with = {"reached_sealed": None} if operation.result is not None else {}
        self._connection.execute(update(operations).where(this).values(self._row(operation) | done_with))

    def note(self, operation_id: str, reached: bytes) -> None:
        """Keep (sealed) how far one is, until it succeeds or is forgotten."""
        this = operations.c.operation_id == operation_id
        sealed = seal(self._vault.service_key, reached, *_reached(operation_id))
        self._connection.execute(update(operations).where(this).values(reached_sealed=sealed))

    def interrupt(self, now: datetime, owner: str = "") -> None:
        """Note that nobody works any more on those of a server, or of one that worked alone, that are running."""
        running = operations.c.state == OperationState.RUNNING.value
        theirs = func.coalesce(operations.c.owner, "").in_(["", owner])
        values = {"state": OperationState.INTERRUPTED.value, "updated": now}
        self._connection.execute(update(operations).where(running, theirs).values(values))

    def ask_to_cancel(self, operation_id: str) -> None:
        """Note for whoever works on it that it is to end."""
        this = operations.c.operation_id == operation_id
        self._connection.execute(update(operations).where(this).values(cancel_asked=True))

    def delete(self, operation_id: str) -> None:
        """Forget one."""
        self._connection.execute(delete(operations).where(operations.c.operation_id == operation_id))

    def _row(self, operation: Operation) -> dict[str, Any]:
        sealed = None
        if operation.result is not None:
            sealed = seal(self._vault.service_key, operation.result, *_place(operation.operation_id, operation.kind))
        return {
            "operation_id": operation.operation_id,
            "state": operation.state.value,
            "created": operation.created,
            "updated": operation.updated,
            "done": operation.done,
            "total": operation.total,
            "found": operation.found,
            "result_sealed": sealed,
            "kind": operation.kind.value,
            "owner": operation.owner or None,
        }


def _place(operation_id: str, kind: OperationKind) -> tuple[str, ...]:
    place = ("operations", "result", operation_id)
    # As it was when there was nothing else.
    return place if kind is OperationKind.FIND_DUPLICATES else (*place, kind.value)


def _reached(operation_id: str) -> tuple[str, ...]:
    return "operations", "reached", operation_id
