"""The audit trail as a transparency log by the public formats of C2SP: tree, checkpoints, proofs, tiles, witnesses."""
