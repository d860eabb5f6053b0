"""A server that is there to be killed: ``python -m tests.endurance.served FOLDER``; prints are minutiae records.

It publishes its log every second: what was published and is not in the database any more, the next start refuses.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from idverify.serving import serve
from idverify.settings import load_settings
from matcher.types import Image, Template
from matcher.warm_up import warm_up
from tests import prints
from tests.e2e.gallery_process import NoExtractor, build_with_records_only


def end_with_who_started_it() -> None:
    """Whoever holds the other end of the pipe may be killed too, and nobody else knows of this process."""
    os.read(0, 1)  # not sys.stdin: a buffer that a thread is reading cannot be closed at the end
    os._exit(1)


class NoRidges(NoExtractor):
    """Finds nothing, where there is nothing but compiling to be done."""

    def extract(self, image: Image) -> Template:
        del image
        return prints.EMPTY


if __name__ == "__main__":
    threading.Thread(target=end_with_who_started_it, daemon=True).start()
    warm_up(NoRidges())  # the first time it takes a minute, and no call waits for so long
    folder = Path(sys.argv[1])
    serve(
        load_settings(
            data_dir=folder / "data",
            log_dir=folder / "log",
            log_seconds=1.0,
            listen="127.0.0.1:0",
            workers=4,
            snapshot_changes=3,
            reads_per_day=1_000_000_000,
        ),
        build_with_records_only,
    )
