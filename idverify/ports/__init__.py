"""What the use cases need from the outside world. Adapters implement these; tests run one contract over all of them."""

from idverify.ports.biometrics import Biometrics, Prepared
from idverify.ports.catalogue import Catalogue, CatalogueExchange, HeldCatalogue
from idverify.ports.devices import Attestations
from idverify.ports.factors import CardReader, PinHashes
from idverify.ports.following import ALONE, Following
from idverify.ports.gallery import Among, Gallery, GalleryFigures, Histogram, Hit, SearchResult
from idverify.ports.officers import OfficerDoor, SessionShown, SignInBegun, SignInEnded, WitnessShown
from idverify.ports.owners import RecordOwner
from idverify.ports.printing import Printer
from idverify.ports.storage import (
    AuditTrail,
    CatalogueRows,
    Clients,
    HeldActs,
    Operations,
    Reads,
    Records,
    Replies,
    Store,
    StoredReply,
    Subjects,
    UnitOfWork,
)
from idverify.ports.timing import Clock, Deadline
from idverify.ports.trust import ClientAssertions, Erasures, Notary, Pseudonyms, Published, Signer, Verified
from idverify.ports.watching import UNWATCHED, CallEnded, Figure, SampleSeen, Shown, Stage, Watch

__all__ = [
    "ALONE",
    "UNWATCHED",
    "Among",
    "Attestations",
    "AuditTrail",
    "Biometrics",
    "CallEnded",
    "CardReader",
    "Catalogue",
    "CatalogueExchange",
    "CatalogueRows",
    "ClientAssertions",
    "Clients",
    "Clock",
    "Deadline",
    "Erasures",
    "Figure",
    "Following",
    "Gallery",
    "GalleryFigures",
    "HeldActs",
    "HeldCatalogue",
    "Histogram",
    "Hit",
    "Notary",
    "OfficerDoor",
    "Operations",
    "PinHashes",
    "Prepared",
    "Printer",
    "Pseudonyms",
    "Published",
    "Reads",
    "RecordOwner",
    "Records",
    "Replies",
    "SampleSeen",
    "SearchResult",
    "SessionShown",
    "Shown",
    "SignInBegun",
    "SignInEnded",
    "Signer",
    "Stage",
    "Store",
    "StoredReply",
    "Subjects",
    "UnitOfWork",
    "Verified",
    "Watch",
    "WitnessShown",
]
