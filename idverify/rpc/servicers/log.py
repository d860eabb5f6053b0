"""LogService."""

from __future__ import annotations

from idverify.dispatch.method import Methods
from idverify.rpc.convert.answers import encoded
from idverify.rpc.convert.fields import invalid
from idverify.rpc.methods import rpc, service_name
from idverify.services.calls.call import Call
from idverify.services.proving import ProvingService
from idverify.v1 import log_pb2 as pb

_LARGEST = (1 << 63) - 1


class LogServicer:
    """Proves what is in the audit trail."""

    def __init__(self, proving: ProvingService) -> None:
        self._proving = proving

    def methods(self) -> Methods:
        """Return the RPCs."""
        name = service_name(pb.DESCRIPTOR, "LogService")
        return [
            rpc(name, "GetLogCheckpoint", pb.GetLogCheckpointRequest, self.get_log_checkpoint),
            rpc(name, "GetEventProof", pb.GetEventProofRequest, self.get_event_proof),
            rpc(name, "GetConsistencyProof", pb.GetConsistencyProofRequest, self.get_consistency_proof),
        ]

    def get_log_checkpoint(self, call: Call, request: pb.GetLogCheckpointRequest) -> bytes:
        """Return a checkpoint."""
        del request
        state = self._proving.state(call)
        return encoded(
            pb.GetLogCheckpointResponse(
                checkpoint=state.checkpoint,
                verifier_keys=state.keys,
                former_verifier_keys=state.former_keys,
                first_sequence=state.first_sequence,
            )
        )

    def get_event_proof(self, call: Call, request: pb.GetEventProofRequest) -> bytes:
        """Return the proof of an event."""
        sequence = _number(request.sequence, "sequence")
        return encoded(pb.GetEventProofResponse(proof=self._proving.proof_of(call, sequence)))

    def get_consistency_proof(self, call: Call, request: pb.GetConsistencyProofRequest) -> bytes:
        """Return the proof that the log goes on."""
        old, new = _number(request.old_size, "old_size"), _number(request.new_size, "new_size")
        return encoded(pb.GetConsistencyProofResponse(hashes=self._proving.consistency(call, old, new)))


def _number(value: int, field: str) -> int:
    """Return a number that a database takes."""
    if value > _LARGEST:
        raise invalid(field, "must be less than 2^63")
    return value
