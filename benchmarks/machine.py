"""What figures were made on and with."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

PACKAGES = ("numpy", "numba", "pyfing", "idverify")


def machine() -> dict[str, str | int]:
    """Return processor, cores, and versions."""
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count() or 0,
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }
