"""``python -m benchmarks.identification``."""

from __future__ import annotations

import sys

from benchmarks.identification.command import main

if __name__ == "__main__":
    sys.exit(main())
