"""A server with the true matcher in a process of its own: ``python -m tests.e2e.real_process DATA_DIR``."""

from __future__ import annotations

import sys
from pathlib import Path

from idverify.serving import serve
from idverify.settings import load_settings
from tests.e2e.process import leave

if __name__ == "__main__":
    serve(load_settings(data_dir=Path(sys.argv[1]), listen="127.0.0.1:0", workers=2, extractor="ridge"))
    leave()
