"""Builds the object graph: the same function for server, command line and tests."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.matching.keeper import GalleryKeeper, KeptGallery, SnapshotTimes, fill_gallery
from idverify.matching.snapshot import SnapshotFolder
from idverify.ports import Biometrics, Clock, Gallery, Store
from idverify.records.catalogue import load_catalogue
from idverify.services.application import Application
from idverify.services.auditing import AuditService
from idverify.services.disclosure import DisclosureService
from idverify.services.enrolment import EnrolmentService
from idverify.services.identification import IdentificationService
from idverify.services.operations import OperationsService
from idverify.services.records import RecordsService
from idverify.services.samples import SampleService
from idverify.services.verification import VerificationService
from idverify.settings import Settings
from idverify.storage.store import open_store
from idverify.trust.key_file import load_or_create_master_keys
from idverify.trust.sealing import KeyedPseudonyms, MasterKeys, Purpose
from idverify.trust.signing import open_signer
from matcher.comparison.calibration import default_calibration
from matcher.extraction.leader import load_leader
from matcher.extraction.ridge import RidgeExtractor
from matcher.warm_up import warm_up


class SystemClock:
    """Implements the port ``Clock``: the time of this machine."""

    def now(self) -> datetime:
        """Return the current time, UTC."""
        return datetime.now(UTC)


_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Matching:
    """What works on fingerprints: the biometrics and the gallery that goes with it.

    ``kept``: the same gallery, if it is one that can be kept on disk.
    """

    biometrics: Biometrics
    gallery: Gallery
    kept: KeptGallery | None = None


def build(settings: Settings, *, clock: Clock | None = None, matching: Matching | None = None) -> Application:
    """Open or make everything in ``settings.data_dir``, fill the gallery, and connect the use cases.

    Args:
        settings: validated settings.
        clock: the time; None: the machine's.
        matching: biometrics with an empty gallery; None: the real ones, which takes a second to load.

    Raises:
        DomainError: STORE_UNAVAILABLE.
        StoredDataError: what is stored cannot be trusted.
        ExtractorUnavailableError: the extraction network is not installed.
        OSError: a folder or file cannot be made or read.
    """
    clock = clock or SystemClock()
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as undo:
        keys = load_or_create_master_keys(settings.master_key_file)
        signer = open_signer(settings.signing_key_file, keys, settings.issuer, clock)
        catalogue = load_catalogue()
        store = open_store(settings.store_url, keys)
        undo.callback(store.close)
        matching = matching or load_matching(settings)
        keeper = _keeper(settings, matching, store, keys, clock)
        if keeper is None:
            fill_gallery(matching.gallery, store)
        else:
            keeper.open()
            undo.callback(keeper.close)
        biometrics, gallery = matching.biometrics, matching.gallery
        operations = OperationsService(store, biometrics, gallery, clock)
        operations.open()
        undo.callback(operations.close)
        pseudonyms = KeyedPseudonyms.of(keys)
        disclosure = DisclosureService(catalogue, signer, pseudonyms, clock)
        return Application(
            enrolment=EnrolmentService(store, biometrics, gallery, clock),
            verification=VerificationService(store, biometrics, disclosure, clock),
            identification=IdentificationService(store, biometrics, gallery, disclosure, clock),
            samples=SampleService(store, biometrics, clock),
            records=RecordsService(store, catalogue, clock),
            audit=AuditService(store, clock),
            operations=operations,
            catalogue=catalogue,
            signer=signer,
            pseudonyms=pseudonyms,
            gallery=gallery,
            store=store,
            snapshot_time=keeper.snapshot_time if keeper else lambda: None,
            release=undo.pop_all().close,
        )


def load_matching(settings: Settings) -> Matching:
    """Load the extractor and the calibration, and compile what is not yet: a minute, the first time."""
    calibration = default_calibration()
    leader = settings.extractor == "leader"
    extractor = load_leader(threads=settings.extractor_threads) if leader else RidgeExtractor()
    began = time.monotonic()
    warm_up(extractor)
    _LOG.info("compiled", extra={"seconds": round(time.monotonic() - began, 3)})
    gallery = MatcherGallery(calibration, settings.search_threads)
    return Matching(MatcherBiometrics(extractor, calibration), gallery, gallery)


def _keeper(
    settings: Settings, matching: Matching, store: Store, keys: MasterKeys, clock: Clock
) -> GalleryKeeper | None:
    if matching.kept is None:
        return None
    folder = SnapshotFolder(settings.gallery_dir, keys.subkey(Purpose.GALLERY_SNAPSHOT))
    times = SnapshotTimes(settings.snapshot_minutes * 60.0, settings.snapshot_changes)
    return GalleryKeeper(matching.kept, store, folder, clock, times)
