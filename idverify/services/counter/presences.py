"""Citizens who stood before two officers by their word alone: kept, counted, and an alarm where there are many."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.model import DocumentKind, Presence, PresenceCount, SeenDocument
from idverify.ports import Clock, Pseudonyms, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document that was seen, with its number, which is not kept."""

    kind: DocumentKind
    number: str


@dataclass(frozen=True, slots=True)
class PresenceLog:
    """Keeps and counts presences, in the transaction that notes them.

    Attributes:
        clock: tells the day.
        pseudonyms: make the marks of documents.
        most_a_day: for so many citizens an officer vouches on a day without an alarm.
    """

    clock: Clock
    pseudonyms: Pseudonyms
    most_a_day: int

    def marked(self, documents: tuple[NamedDocument, ...]) -> tuple[SeenDocument, ...]:
        """Return documents as they are kept: the same document has the same mark, however its number is spaced."""
        return tuple(
            SeenDocument(each.kind, self.pseudonyms.document_digest(each.kind.value, _plain(each.number)).hex())
            for each in documents
        )

    def note(self, uow: UnitOfWork, call: Call, presence: Presence) -> None:
        """Keep one and count it; an officer who vouches for many on a day is an alarm in the trail, no refusal."""
        uow.presences.add(presence)
        day = day_in_viet_nam(self.clock.now()).isoformat()
        reason = presence.reason.value if presence.reason else ""
        uow.presences.count(
            PresenceCount(
                day, presence.procedure_code, presence.agency_code, *presence.officers, presence.kind, reason, 1
            )
        )
        for officer in presence.officers:
            times = uow.presences.of_officer(day, presence.agency_code, officer)
            if times > self.most_a_day:
                details: Details = {"officer": officer, "today": times, "most": self.most_a_day}
                uow.audit.append(entry(self.clock, call, "ALARM", presence.subject_id, details))


def presence_details(presence: Presence) -> Details:
    """Return what the trail keeps of a presence."""
    return {
        "presence": presence.presence_id,
        "officers": list(presence.officers),
        "documents": [document.text for document in presence.documents],
        **({"reason": presence.reason.value} if presence.reason else {}),
        **({"second_client": presence.second_client} if presence.second_client else {}),
    }


def _plain(number: str) -> str:
    return "".join(number.casefold().split())
