"""What is open at the counters of an agency: ListOpenTransactions of TransactionService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.rpc.convert.answers import encoded, step_message, timestamp
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.counter.supervising import OpenTransaction, SupervisionService
from idverify.v1 import transactions_pb2 as pb


class QueueServicer:
    """Tells whoever leads a counter what is open."""

    def __init__(self, service: SupervisionService) -> None:
        self._service = service

    def methods(self) -> Methods:
        """Return the RPC."""
        name = service_name(pb.DESCRIPTOR, "TransactionService")
        return [rpc(name, "ListOpenTransactions", pb.ListOpenTransactionsRequest, self.list_open)]

    def list_open(self, call: Call, request: pb.ListOpenTransactionsRequest) -> bytes:
        """Return what is open."""
        del request
        found, total = self._service.open(call)
        return encoded(pb.ListOpenTransactionsResponse(transactions=map(_message, found), total=total))


def _message(found: OpenTransaction) -> pb.OpenTransaction:
    transaction, context = found.transaction, found.transaction.context
    vouching = transaction.vouching
    return pb.OpenTransaction(
        transaction_id=transaction.transaction_id,
        client=transaction.client,
        officer_id=context.officer_id,
        counter_id=context.counter_id,
        agency_code=context.agency_code,
        procedure_code=context.procedure_code,
        begin_time=timestamp(transaction.begun),
        expire_time=timestamp(transaction.expires),
        next=step_message(found.next),
        captures=len(transaction.captures),
        in_vain=transaction.in_vain,
        exception_reason=None if vouching is None else f"EXCEPTION_REASON_{vouching.reason.value}",
    )
