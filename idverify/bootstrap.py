"""Builds the object graph: the same function for server, command line and tests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from idverify.access.clients_file import load_clients
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.matching.assembly import Matching, load_matching
from idverify.matching.keeper import GalleryKeeper, SnapshotTimes, fill_gallery
from idverify.matching.snapshot import SnapshotFolder
from idverify.ports import ALONE, Clock, Gallery, Store
from idverify.printing.printer import open_printer
from idverify.records.catalogue import LiveCatalogue
from idverify.records.exchange.formats import CatalogueFiles
from idverify.records.profiles import load_profiles
from idverify.records.provinces import load_provinces
from idverify.services.acts.deciding import ActsService
from idverify.services.acts.holding import ActGate
from idverify.services.application import Application
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.attempts.lifting import AttemptService
from idverify.services.attempts.replays import ReplayGuard
from idverify.services.calls.auditing import AuditService
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.catalogue.keeping import CatalogueService
from idverify.services.catalogue.opening import open_catalogue
from idverify.services.citizens import CitizenService
from idverify.services.counter.authentication import AuthenticationService
from idverify.services.counter.confirmations import ConfirmationService
from idverify.services.counter.consents import ConsentService
from idverify.services.counter.exceptions import ExceptionService
from idverify.services.counter.factors import FactorService, offered_by
from idverify.services.counter.live import LiveAssertions
from idverify.services.counter.overdue import Overdue
from idverify.services.counter.presences import PresenceLog
from idverify.services.counter.procedure_records import ProcedureRecordsService
from idverify.services.counter.sign_ins import SignInService
from idverify.services.counter.slips import SlipService
from idverify.services.counter.steps import Steps
from idverify.services.counter.supervising import SupervisionService
from idverify.services.counter.transactions import TransactionService
from idverify.services.disclosure import DisclosureService
from idverify.services.enrolment import EnrolmentService
from idverify.services.foreground import Foreground
from idverify.services.identification import IdentificationService
from idverify.services.law.holding import LegalHoldService
from idverify.services.law.requests import SubjectRequestService
from idverify.services.law.retention import RetentionService
from idverify.services.operations import OperationsService
from idverify.services.papers import PapersService
from idverify.services.people.changing import ChangingService
from idverify.services.people.locking import LockingService
from idverify.services.people.merging import MergingService
from idverify.services.people.own_history import OwnHistoryService
from idverify.services.people.pins import PinService
from idverify.services.people.virtual import VirtualNumberService
from idverify.services.people.witness import PrintWitness
from idverify.services.prints.attesting import Attester
from idverify.services.proving import ProvingService
from idverify.services.records import RecordsService
from idverify.services.references.keeping import ReferenceService
from idverify.services.references.reading import ReferenceReading
from idverify.services.references.searching import ReferenceSearch
from idverify.services.registry.clients import ClientsService
from idverify.services.registry.devices import DevicesService
from idverify.services.registry.directory import ClientDirectory
from idverify.services.samples import SampleService
from idverify.services.sources.gathering import Gatherer
from idverify.services.trail_check import TrailCheckService
from idverify.services.trail_search import TrailSearchService
from idverify.services.verification import VerificationService
from idverify.settings import Settings
from idverify.start.act_rules import act_rules
from idverify.start.agencies import agencies_of
from idverify.start.attempt_rules import attempt_rules
from idverify.start.backup.erasing import open_erasures
from idverify.start.calling.callers import known_callers, open_tokens
from idverify.start.calling.officers import open_sign_in
from idverify.start.catalogue import catalogue_files
from idverify.start.chores import following, image_chores, led, long_chores, publishing, quick_chores
from idverify.start.folder import open_folder
from idverify.start.housekeeping import Housekeeper, UntilClosed
from idverify.start.law import law_of
from idverify.start.opening import open_register
from idverify.start.publishing import open_publisher
from idverify.start.record_sources import open_sources
from idverify.start.several.followed import Followed
from idverify.start.several.opening import begin_following, caught_up, follower_of
from idverify.start.watching.opening import open_door, open_watch, watched
from idverify.start.watching.shown import Kept
from idverify.trust.attestation import JwsAttestations
from idverify.trust.cards.issuers import load_issuers
from idverify.trust.cards.reader import ChipCards
from idverify.trust.client_assertions import JwsClientAssertions
from idverify.trust.pin_hashes import Argon2PinHashes
from idverify.trust.sealing import KeyedPseudonyms, MasterKeys, Purpose


class SystemClock:
    """Implements the port ``Clock``: the time of this machine."""

    def now(self) -> datetime:
        """Return the current time, UTC."""
        return datetime.now(UTC)


# Long because the whole object graph is put together here, one part a line.
def build(settings: Settings, *, clock: Clock | None = None, matching: Matching | None = None) -> Application:
    """Open or make everything in ``settings.data_dir``, fill the gallery, and connect the use cases.

    Args:
        settings: validated settings.
        clock: the time; None: the machine's.
        matching: biometrics with an empty gallery; None: the real ones, which takes a second to load.

    Raises:
        SettingsError: the database is none that can be opened; the clients file, the catalogue, a certificate or a
            revocation list cannot be used; machine code is not there and can be kept nowhere.
        DomainError: STORE_UNAVAILABLE, also if another server works on the database; STORE_NOT_WRITABLE;
            KEYS_UNAVAILABLE; MATCHER_UNAVAILABLE if the extraction network is not installed.
        StoredDataError: what is stored is lost, changed, or cannot be trusted; says what to do.
        OSError: a folder or file cannot be made or read.
    """
    clock = clock or SystemClock()
    open_folder(settings)
    with ExitStack() as undo:
        files, provinces, profiles, law = catalogue_files(settings), load_provinces(), load_profiles(), law_of(settings)
        agencies = agencies_of(settings)
        issuers = load_issuers(settings.card_issuers_file) if settings.card_issuers_file else []
        from_file = load_clients(settings.clients_file) if settings.clients_file else []
        watch = open_watch(settings, undo)
        register = open_register(settings, clock, watch)
        undo.callback(register.close)
        keys, store = register.keys, register.store
        erasures = open_erasures(settings.erasure_file, keys, store, clock)
        matching = matching or load_matching(
            settings.extractor,
            extractor_threads=settings.extractor_threads,
            search_threads=settings.search_threads,
            compiled_dir=settings.compiled_dir,
        )
        follower, (matching, snapshot_time, compare) = (
            follower_of(settings, store),
            _open_gallery(settings, matching, store, keys, clock, undo),
        )
        biometrics, gallery, signer = watched(caught_up(matching, follower), register.signer, watch)
        catalogue, foreground = LiveCatalogue(lambda: day_in_viet_nam(clock.now())), Foreground()
        open_catalogue(store, catalogue, clock, files)
        operations = OperationsService(
            *(store, biometrics, gallery, clock, foreground),
            owner=settings.server_name,
            at_once=settings.duplicate_searches,
        )
        operations.open()
        undo.callback(operations.close)
        audit, pseudonyms = AuditService(store, clock), KeyedPseudonyms.of(keys)
        clients = ClientsService(store, catalogue, ClientDirectory(), clock, JwsClientAssertions())
        clients.open(from_file)
        begin_following(follower, Followed(matching.gallery, catalogue, clients.directory, compare), undo)
        tokens, sign_in = (
            open_tokens(settings, clients, signer, pseudonyms, audit),
            open_sign_in(settings, clients, audit, undo),
        )
        callers, watching = known_callers(settings, clients, tokens, sign_in, clock, watch)
        gate, overdue = ActGate(store, clock, act_rules(settings)), Overdue(store, clock)
        publisher = open_publisher(settings, store, register.notary)
        checks, life = TrailCheckService(store, register.trail, publisher), UntilClosed()
        reads, replies_kept = ReadBudget(clock, settings.reads_per_day), timedelta(hours=settings.reply_hours)
        citizens = CitizenService(store, gallery, clock, reads, erasures)
        erasing = image_chores(register, clock, foreground, life, keep=settings.keep_images)
        for housekeeper in (
            Housekeeper(
                "housekeeping",
                [*quick_chores(register, clock, audit, overdue, gate, erasures, follower or ALONE), *watching],
                watch=watch,
            ),
            Housekeeper(
                "checking",
                [
                    *led(follower or ALONE, erasing),
                    *following(register, follower, operations),
                    *long_chores(
                        register,
                        clock,
                        replies_kept,
                        checks,
                        RetentionService(store, clock, law, citizens, foreground),
                        life,
                        follower or ALONE,
                    ),
                ],
                life,
                watch,
            ),
            *(
                [
                    Housekeeper(
                        "publishing", led(follower or ALONE, publishing(publisher, settings.log_seconds)), watch=watch
                    )
                ]
                if publisher
                else []
            ),
        ):
            housekeeper.start()
            undo.callback(housekeeper.close)
        printer = open_printer(settings.document_key_file, keys, signer, clock, register.home, agencies)
        desks = open_sources(settings, catalogue, clock, undo)
        attempts, pins, cards = (
            AttemptGuard(clock, attempt_rules(settings)),
            Argon2PinHashes(),
            ChipCards(issuers),
        )
        offered, gatherer = offered_by(cards), Gatherer(desks, catalogue, store, clock)
        disclosure = DisclosureService(catalogue, signer, pseudonyms, clock, gatherer, offered)
        live = LiveAssertions(disclosure)
        replays = ReplayGuard(pseudonyms, biometrics, clock, timedelta(hours=settings.replay_hours))
        verification = VerificationService(store, biometrics, disclosure, attempts, replays, clock)
        attestations = JwsAttestations()
        attester = Attester(attestations, clock, settings.attested_captures == "required")
        steps = Steps(store, catalogue, clock, offered)
        lifetime, most_open = timedelta(minutes=settings.transaction_minutes), settings.client_transactions
        presences = PresenceLog(clock, pseudonyms, settings.officer_exceptions)
        changing = ChangingService(store, clock, reads)
        open_door(
            settings,
            watch,
            Kept(register, publisher, checks, gallery, snapshot_time, settings, clock),
            undo,
        )
        return Application(
            enrolment=EnrolmentService(
                store, biometrics, gallery, attempts, replays, clock, provinces, profiles, settings.keep_images
            ),
            citizens=citizens,
            verification=verification,
            transactions=TransactionService(steps, biometrics, attempts, attester, lifetime, most_open, agencies),
            authentication=AuthenticationService(steps, verification),
            exceptions=ExceptionService(steps, attempts, disclosure, presences),
            slips=SlipService(store, catalogue, attempts, presences, printer),
            subject_requests=SubjectRequestService(store, catalogue, attempts, reads, law),
            legal_holds=LegalHoldService(store, attempts),
            consents=ConsentService(store, attempts, reads, clock),
            procedure_records=ProcedureRecordsService(store, live, clock),
            confirmations=ConfirmationService(store, signer, live, attempts, catalogue, printer, clock),
            printer=printer,
            papers=PapersService(store),
            supervision=SupervisionService(steps),
            trail_search=TrailSearchService(store, clock, reads),
            devices=DevicesService(store, attestations, clock),
            clock=clock,
            changing=changing,
            merging=MergingService(changing, PrintWitness(biometrics, attempts), gallery),
            locking=LockingService(verification, changing),
            virtual_numbers=VirtualNumberService(store, verification, reads, clock),
            pins=PinService(verification, pins, clock, steps, attester),
            own_history=OwnHistoryService(verification, clock),
            factors=FactorService(steps, attempts, pins, cards, attester),
            identification=IdentificationService(store, biometrics, gallery, disclosure, attempts, replays, clock),
            references=ReferenceService(store, biometrics, gallery, citizens, erasures, clock, settings.keep_images),
            reference_reading=ReferenceReading(store, biometrics, clock, reads),
            reference_search=ReferenceSearch(store, biometrics, gallery, clock),
            samples=SampleService(store, biometrics, clock, profiles),
            records=RecordsService(store, catalogue, clock, reads),
            audit=audit,
            trail_check=checks,
            proving=ProvingService(store, register.notary),
            attempts=AttemptService(store, clock),
            clients=clients,
            acts=ActsService(store, clock),
            gate=gate,
            caller_of=callers.caller_of,
            caller_again=callers.caller_again,
            tokens=tokens,
            sign_ins=SignInService(store, clock, catalogue, pseudonyms, signer, attempts),
            officers=callers.sign_in,
            operations=operations,
            foreground=foreground,
            catalogue=catalogue,
            catalogue_keeping=CatalogueService(store, catalogue, CatalogueFiles(), clock),
            provinces=provinces,
            signer=signer,
            pseudonyms=pseudonyms,
            gallery=gallery,
            store=store,
            following=follower or ALONE,
            snapshot_time=snapshot_time,
            watch=watch,
            release=undo.pop_all().close,
        )


def _open_gallery(
    settings: Settings, matching: Matching, store: Store, keys: MasterKeys, clock: Clock, undo: ExitStack
) -> tuple[Matching, Callable[[], datetime | None], Callable[[], object]]:
    """Make everybody findable, and keep it so.

    Returns:
        With what; what tells when the newest snapshot was taken; and what compares the gallery with the database.
    """
    if settings.gallery == "ray":
        gallery, compare = _open_shards(settings, store, undo)
        return replace(matching, gallery=gallery, kept=None), lambda: None, compare
    if matching.kept is None:
        fill_gallery(matching.gallery, store)
        return matching, lambda: None, lambda: fill_gallery(matching.gallery, store)
    key = keys.subkey(Purpose.GALLERY_SNAPSHOT)
    folder = SnapshotFolder(settings.gallery_dir, key)
    others = [SnapshotFolder(path, key) for path in settings.other_galleries]
    times = SnapshotTimes(settings.snapshot_minutes * 60.0, settings.snapshot_changes)
    matching.kept.turn(keys.subkey(Purpose.INDEX_CODES))
    keeper = GalleryKeeper(matching.kept, store, folder, clock, times, others)
    keeper.open()
    undo.callback(keeper.close)
    return matching, keeper.snapshot_time, keeper.reconcile


def _open_shards(settings: Settings, store: Store, undo: ExitStack) -> tuple[Gallery, Callable[[], object]]:
    """Open the gallery on a Ray cluster; return what compares it with the database too."""
    # Imported where it is asked for: what it needs comes with the extra 'cluster', which the settings looked for.
    from idverify.cluster.actors import ClusterPlan  # noqa: PLC0415
    from idverify.cluster.opening import open_cluster  # noqa: PLC0415

    assert settings.gallery_key_file is not None  # the settings say so
    plan = ClusterPlan(
        settings.gallery_shards,
        settings.gallery_replicas,
        settings.gallery_key_file.absolute(),
        settings.search_threads,
        int(settings.gallery_shard_gigabytes * 1e9),
        settings.gallery_snapshots,
    )
    keeper = open_cluster(settings.gallery_address, plan, store, settings.snapshot_minutes * 60.0)
    undo.callback(keeper.close)
    return keeper.gallery, keeper.compare
