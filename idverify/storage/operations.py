"""Operations: how they stand, and their results, sealed under the service's key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

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

    def interrupt(self, now: datetime) -> None:
        """Refuse."""
        del now
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
            row.operation_id, state, row.created, row.updated, row.done, row.total, row.found, result, kind
        )


class SqlOperations(OperationsView):
    """Operations, read and written in one transaction."""

    def add(self, operation: Operation) -> None:
        """Add a new one."""
        self._connection.execute(insert(operations).values(self._row(operation)))

    def put(self, operation: Operation) -> None:
        """Store how one stands now."""
        this = operations.c.operation_id == operation.operation_id
        self._connection.execute(update(operations).where(this).values(self._row(operation)))

    def interrupt(self, now: datetime) -> None:
        """Note that nobody works any more on those that are running."""
        running = operations.c.state == OperationState.RUNNING.value
        values = {"state": OperationState.INTERRUPTED.value, "updated": now}
        self._connection.execute(update(operations).where(running).values(values))

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
        }


def _place(operation_id: str, kind: OperationKind) -> tuple[str, ...]:
    place = ("operations", "result", operation_id)
    # As it was when there was nothing else.
    return place if kind is OperationKind.FIND_DUPLICATES else (*place, kind.value)
