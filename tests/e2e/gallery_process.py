"""A server in a process of its own, with a real gallery that is kept on disk, and no network to extract images with.

``python -m tests.e2e.gallery_process DATA_DIR`` takes ISO/IEC 19794-2 records and writes snapshots all the while.
"""

from __future__ import annotations

import sys
from pathlib import Path

from idverify.bootstrap import build
from idverify.matching.assembly import Matching
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.services.application import Application
from idverify.serving import serve
from idverify.settings import Settings, load_settings
from matcher.comparison.calibration import default_calibration
from matcher.types import Image, Template
from tests.e2e.process import leave


class NoExtractor:
    """Takes no images."""

    @property
    def id(self) -> str:
        return "none"

    def extract(self, image: Image) -> Template:
        raise NotImplementedError


def build_with_records_only(settings: Settings) -> Application:
    """Build the service as it is, but for the network."""
    calibration = default_calibration()
    gallery = MatcherGallery(calibration)
    return build(settings, matching=Matching(MatcherBiometrics(NoExtractor(), calibration), gallery, gallery))


if __name__ == "__main__":
    serve(
        load_settings(data_dir=Path(sys.argv[1]), listen="127.0.0.1:0", workers=2, snapshot_changes=3),
        build_with_records_only,
    )
    leave()
