"""What a request has done, by the use cases for people of foreign programmes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition
from idverify.domain.references import Given, ReferenceKey, Scope
from idverify.matching.containers import sample_of
from idverify.matching.images import refusals
from idverify.mosip.abis.failures import AbisError, Failure, failure_of
from idverify.mosip.abis.fetching import Fetcher
from idverify.mosip.abis.messages import Asked, Operation, done, failed
from idverify.mosip.birs import finger_birs
from idverify.mosip.slaps import slap_of
from idverify.ports import Clock, Store
from idverify.services.calls.call import Call
from idverify.services.calls.once import first_answer, remember
from idverify.services.references.keeping import ReferenceService
from idverify.services.references.reading import ReferenceReading
from idverify.services.references.searching import FoundReference, FoundReferences, ReferenceSearch, Sought
from idverify.services.references.showing import Shown
from matcher.formats.cbeff import read_bir_xml

PROGRAMME = "mosip"
_ENCOUNTER = "1"
_MOST_CANDIDATES = 100
_NOT_TOLD = "0"


@dataclass(frozen=True, slots=True)
class Operations:
    """Does what is asked.

    Attributes:
        keeping, searching, reading: the use cases.
        fetcher: of biometrics.
        store: where answers are kept.
        clock: tells the time.
    """

    keeping: ReferenceService
    searching: ReferenceSearch
    reading: ReferenceReading
    fetcher: Fetcher
    store: Store
    clock: Clock

    def run(self, call: Call, asked: Asked) -> bytes:
        """Return the answer to a request; the first one, if it was given before. It is kept before it is returned.

        Raises:
            DomainError: of a kind that passes: nothing was done, and nothing is kept.
        """
        work: dict[Operation | None, Callable[[Call, Asked], bytes]] = {
            Operation.INSERT: self._insert,
            Operation.IDENTIFY: self._identify,
            Operation.DELETE: self._delete,
        }
        try:
            known = first_answer(self.store, self.clock, call)
            return known if known is not None else work[asked.operation](call, asked)
        except AbisError as error:
            failure = error.failure
        except DomainError as error:
            found = failure_of(error)
            if found is None:
                raise
            failure = found
            if error.reason is Reason.REQUEST_REPLAYED:  # that id has an answer already, and keeps it
                return failed(asked, self.clock.now(), failure)
        body = failed(asked, self.clock.now(), failure)
        with self.store.transaction() as uow:
            remember(uow, call, body, None)
        return body

    def at_once(self, asked: Asked, waiting: int) -> bytes:
        """Return the answer to a request that changes nothing. ``waiting``: requests that came and have no answer."""
        match asked.operation:
            case Operation.PENDING_JOBS:
                return done(asked, self.clock.now(), jobscount=str(waiting))
            case Operation.REFERENCE_COUNT:
                return done(asked, self.clock.now(), count=str(self.reading.count(PROGRAMME)))
            case _:
                return done(asked, self.clock.now())

    def _insert(self, call: Call, asked: Asked) -> bytes:
        shown = self._shown(asked)
        given = Given(_ENCOUNTER)
        key = _key(asked)

        def insert(shown: Shown) -> bytes:
            told = done(asked, self.clock.now())
            return self.keeping.insert(call, key, given, shown, lambda *_: told, new_person=True)

        return without_poor(insert, shown)

    def _identify(self, call: Call, asked: Asked) -> bytes:
        key = _key(asked)
        most, decibels = asked.number("maxResults"), asked.number("targetFPIR")
        limit = None if most is None else min(int(most), _MOST_CANDIDATES)
        fpir = None if decibels is None else 10.0 ** (-decibels / 10.0)
        scope = Scope(PROGRAMME, person_ids=asked.gallery)

        def encode(found: FoundReferences) -> bytes:
            return done(asked, self.clock.now(), candidateList=_candidates(found))

        def identify(sought: Sought) -> bytes:
            return self.searching.identify(call, scope, sought, limit, fpir, encode)

        try:
            return identify(Sought(key=key))
        except DomainError as error:
            if error.reason is not Reason.SUBJECT_NOT_FOUND or not asked.reference_url:
                raise
        return without_poor(lambda shown: identify(Sought(shown=shown)), self._shown(asked))

    def _delete(self, call: Call, asked: Asked) -> bytes:
        told = done(asked, self.clock.now())
        return self.keeping.delete(call, _key(asked), None, lambda: told)

    def _shown(self, asked: Asked) -> Shown:
        """Return the fingers at the address of a request."""
        document = self.fetcher.cbeff(asked.reference_url)
        with refusals():
            birs = read_bir_xml(document)
        found = finger_birs(birs)
        if not found:
            raise AbisError(Failure.CBEFF_EMPTY, "the CBEFF has no finger")
        missing = frozenset(FingerPosition(finger) for bir in birs if bir.is_missing for finger in bir.fingers)
        slaps = [(bir, slap_of(bir, missing)) for bir in found]
        gone = missing.union(*(slap.missing for _, slap in slaps if slap is not None))
        samples = [sample_of(bir) for bir, slap in slaps if slap is None]
        return Shown(samples, [slap.sample for _, slap in slaps if slap is not None], gone)


def content_of(asked: Asked) -> bytes:
    """Return what a repeated request repeats: not its time, nor the address, which expires."""
    said = {name: asked.content.get(name) for name in ("id", "referenceId", "gallery", "flags")}
    return json.dumps(said, sort_keys=True).encode()


def _key(asked: Asked) -> ReferenceKey:
    if not asked.reference_id:
        raise AbisError(Failure.REFERENCE_ID_MISSING, "referenceId is missing")
    return ReferenceKey(PROGRAMME, asked.reference_id)


def without_poor(work: Callable[[Shown], bytes], shown: Shown) -> bytes:
    """Do something with the fingers that can carry a decision: of ten, MOSIP sends those that are poor too.

    Raises:
        DomainError: SAMPLE_QUALITY_LOW if all are too poor.
    """
    while True:
        try:
            return work(shown)
        except DomainError as error:
            place = error.metadata.get("sample", "")
            rest = [sample for index, sample in enumerate(shown.samples) if str(index) != place]
            # A place beyond them is of a sample that came apart, or was cut: there is none to leave out.
            if error.reason is not Reason.SAMPLE_QUALITY_LOW or not rest or len(rest) == len(shown.samples):
                raise
            shown = replace(shown, samples=rest)


def _candidates(found: FoundReferences) -> dict[str, Any]:
    """Return candidates; what is told of each is texts, as the schemas of the toolkit want them."""
    told = [_candidate(each, found.target_fpir) for each in found.candidates]
    return {"count": str(len(told)), "candidates": told}


def _candidate(found: FoundReference, target_fpir: float) -> dict[str, Any]:
    score = None if found.likeness is None else found.likeness.score
    analytics = _analytics(score, found.fpir, target_fpir)
    modalities = [{"biometricType": "FIR", "analytics": analytics}]
    return {"referenceId": found.key.person_id, "analytics": analytics, "modalities": modalities}


def _analytics(score: float | None, fpir: float | None, target: float) -> dict[str, str]:
    """Return how sure a candidate is: in percent, and by this service's score, -10 log10 of the false match rate."""
    rate = target if fpir is None else min(fpir, target)
    return {
        "confidence": f"{100.0 * (1.0 - rate):.6f}",
        "internalScore": _NOT_TOLD if score is None else f"{score:.1f}",
    }


ALL: Sequence[Operation] = (Operation.INSERT, Operation.IDENTIFY, Operation.DELETE)
"""What is done one after another, and once."""
