"""``python -m benchmarks.population``."""

from __future__ import annotations

import sys

from benchmarks.population.command import main

if __name__ == "__main__":
    sys.exit(main())
