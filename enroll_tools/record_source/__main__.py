"""``python -m enroll_tools.record_source``."""

from __future__ import annotations

import sys

from enroll_tools.command_line import run_command
from enroll_tools.record_source.command import serve

if __name__ == "__main__":
    sys.exit(run_command(serve))
