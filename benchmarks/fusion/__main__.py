"""``python -m benchmarks.fusion``."""

from __future__ import annotations

import sys

from benchmarks.fusion.command import main

if __name__ == "__main__":
    sys.exit(main())
