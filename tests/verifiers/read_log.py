"""Reads a published log with ``tlog-scales`` of PyPI: what it is given, JSON, comes on stdin, and the root goes out."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey, VkeySet
from tlog_scales.tiles import leaf_hash

given = json.load(sys.stdin)
reader = TilesReader(LocalBackend(Path(given["folder"])))
checkpoint = reader.get_checkpoint()
keys = [Vkey.from_string(text) for text in given["keys"]]
checkpoint.verify(keys[0])
if len(VkeySet(*keys).verify(checkpoint.signatures, checkpoint)) != len(keys):
    raise SystemExit("not everybody has signed")
root = reader.calculate_root_hash()
if root != checkpoint.root_hash:
    raise SystemExit("another root")
for index in given["indexes"]:
    reader.get_inclusion_proof(index, checkpoint.size).check(leaf_hash(reader.get_entry(index)), root)
for old, old_root in given["olds"].items():
    reader.get_consistency_proof(int(old), checkpoint.size).check(bytes.fromhex(old_root), root)
sys.stdout.write(root.hex())
