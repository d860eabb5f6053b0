"""ONNX Runtime as it is met here: it tells nobody anything.

From 1.32 on it keeps an identifier of the machine in the user's cache and reports over the network, to its maker, what
it runs, unless the environment says otherwise before it is loaded.
"""

from __future__ import annotations

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

__all__ = ["onnxruntime"]
