"""``python -m benchmarks.quality``."""

from __future__ import annotations

import sys

from benchmarks.quality.command import main

if __name__ == "__main__":
    sys.exit(main())
