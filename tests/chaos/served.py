"""A server of the town: ``python -m tests.chaos.served SETTINGS``, which are JSON; prints are minutiae records."""

from __future__ import annotations

import json
import sys
import threading

from idverify.serving import serve
from idverify.settings import load_settings
from matcher.warm_up import warm_up
from tests.e2e.gallery_process import build_with_records_only
from tests.endurance.served import NoRidges, end_with_who_started_it

if __name__ == "__main__":
    threading.Thread(target=end_with_who_started_it, daemon=True).start()
    warm_up(NoRidges())
    serve(
        load_settings(
            **json.loads(sys.argv[1]),
            workers=4,
            snapshot_changes=200,
            reads_per_day=1_000_000_000,
            # Strangers are shown to everybody: limits are held by the tests of limits.
            attempts_client_free=999_999,
            attempts_client_lock=1_000_000,
        ),
        build_with_records_only,
    )
