"""``python -m benchmarks.errors``."""

from __future__ import annotations

import sys

from benchmarks.errors.command import main

if __name__ == "__main__":
    sys.exit(main())
