"""What a citizen is told before they agree, in both languages."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

from idverify.domain.errors import DomainError, Reason
from idverify.domain.guidance.language import Text, worded
from idverify.domain.model import Procedure, RecordType
from idverify.domain.model.consents import Consent, ConsentGiven, ConsentText, Language

_VERSION = "consent-1"
"""Another one, whenever a word of the text is another: what was agreed to is kept by version and digest."""

_FAULTS = {
    Reason.CONSENT_INVALID: "the consent that is named is another's, or to something else",
    Reason.CONSENT_WITHDRAWN: "the citizen has withdrawn this consent; ask for the papers",
}


def title_of(item: Procedure | RecordType) -> Text:
    """Return the name of a procedure or record type; where it has no English one, the Vietnamese stands for it."""
    return Text(item.title, item.title_en or item.title)


def consent_texts(procedure: Procedure, titles: Mapping[str, Text], agency: Text | None) -> tuple[ConsentText, ...]:
    """Return what consent to a procedure must say, once a language.

    Args:
        procedure: whose records are named.
        titles: from record type to its name, as :func:`title_of` tells it.
        agency: who asks; None: not stated.
    """
    told = worded(
        "consent",
        "consent",
        agency=agency or worded("consent", "agency"),
        code=procedure.code,
        title=title_of(procedure),
        records=_listed([titles[access.record_type] for access in procedure.records]),
    )
    return tuple(_shown(procedure, language, told.in_language(language)) for language in Language)


def require_text_shown(given: ConsentGiven, texts: tuple[ConsentText, ...]) -> None:
    """Require that what was shown is what had to be.

    Raises:
        DomainError: CONSENT_INVALID.
    """
    for text in texts:
        if (text.text_id, text.language, text.sha256) == (given.text_id, given.language, given.text_sha256):
            return
    raise DomainError(
        Reason.CONSENT_INVALID, "the text that was shown is none that StartTransaction gave; show it again, whole"
    )


def require_given(consent: ConsentGiven | None) -> ConsentGiven:
    """Return consent that was given in a transaction. Raises DomainError CONSENT_REQUIRED."""
    if consent is None:
        raise DomainError(Reason.CONSENT_REQUIRED, "no such consent; have the citizen give one")
    return consent


def require_holds(consent: Consent) -> None:
    """Require that a consent was not taken back. Raises DomainError CONSENT_WITHDRAWN."""
    if consent.withdrawn is not None:
        raise DomainError(Reason.CONSENT_WITHDRAWN, _FAULTS[Reason.CONSENT_WITHDRAWN])


def fault_of(consent: Consent, entries: Collection[str], client: str, procedure_code: str) -> Reason | None:
    """Return why nothing rests on a consent that is kept: CONSENT_INVALID, CONSENT_WITHDRAWN; None: it holds.

    Args:
        consent: as kept.
        entries: subject ids of the citizen, and of who turned out to be them.
        client: to whom it must be given.
        procedure_code: for what.
    """
    to, of = (consent.client, consent.procedure_code), consent.subject_id
    if of not in entries or to != (client, procedure_code):
        return Reason.CONSENT_INVALID
    return None if consent.withdrawn is None else Reason.CONSENT_WITHDRAWN


def require_covers(consent: Consent | None, entries: Collection[str], client: str, procedure_code: str) -> None:
    """Require that a consent that is named holds, and is this citizen's, to this client, for this procedure.

    One that the service does not keep is kept by whoever named it, and means what they say.

    Raises:
        DomainError: CONSENT_WITHDRAWN, CONSENT_INVALID.
    """
    fault = None if consent is None else fault_of(consent, entries, client, procedure_code)
    if fault is not None:
        raise DomainError(fault, _FAULTS[fault], {"field": "context.consent_ref"})


def _listed(records: list[Text]) -> Text:
    if not records:
        return worded("consent", "no-records")
    return Text(", ".join(record.vi for record in records), ", ".join(record.en for record in records))


def _shown(procedure: Procedure, language: Language, text: str) -> ConsentText:
    return ConsentText(f"{_VERSION}:{procedure.code}", language, text, hashlib.sha256(text.encode()).hexdigest())
