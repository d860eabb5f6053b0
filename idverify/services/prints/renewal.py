"""Templates made anew of kept images: citizen by citizen, finger by finger, each checked against the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from idverify.domain import policy
from idverify.domain.enrolling.renewal import KeptTemplate, KeptWhy, RenewalReport
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, Features, StoredTemplate
from idverify.ports import Biometrics, Clock, Gallery, Store
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.prints.exchanging import exchange

_PAGE = 100


@dataclass(frozen=True, slots=True)
class RenewalAsked:
    """What is asked for.

    Attributes:
        dry_run: make and compare the templates, and change nothing.
        most_people: end when so many people's images were looked at; 0: everybody's.
    """

    dry_run: bool = False
    most_people: int = 0


@dataclass(frozen=True, slots=True)
class TemplateRenewal:
    """Renews what another extractor made. What is renewed is of the extractor of now: who begins again, goes on."""

    store: Store
    biometrics: Biometrics
    gallery: Gallery
    clock: Clock

    def run(
        self,
        call: Call,
        asked: RenewalAsked,
        progress: Callable[[int, int, int], None],
        give_way: Callable[[], None],
    ) -> RenewalReport:
        """Go over everybody in the order of their enrolment.

        Args:
            call: whose deadline is asked before each finger; it stands in the audit trail beside every citizen.
            asked: how.
            progress: told after each citizen how many are done, how many there are, and how many templates are new.
            give_way: called before each finger.
        """
        report = RenewalReport(self.biometrics.extractor_id, asked.dry_run)
        with self.store.reading() as view:
            total = view.subjects.count()
        progress(0, total, 0)
        with_images = 0
        for subject_id, templates in self._people():
            call.deadline.check()
            stale = [t for t in templates if t.extractor != report.extractor]
            report = replace(report, people=report.people + 1, current=report.current + len(templates) - len(stale))
            if stale:
                one = _Citizen(self, call, subject_id, give_way)
                report = one.renewed(report, stale)
                with_images += one.has_images
            progress(report.people, max(report.people, total), report.renewed)
            if with_images == asked.most_people > 0:
                break
        return report

    def _people(self) -> Iterator[tuple[str, list[StoredTemplate]]]:
        after = 0
        while True:
            with self.store.reading() as view:
                people = view.subjects.page(after, _PAGE)
            for person in people:
                with self.store.reading() as view:
                    templates = view.subjects.templates(person.subject_id)
                if templates:
                    yield person.subject_id, templates
            if not people:
                return
            after = people[-1].ordinal


class _Citizen:
    """One citizen's turn."""

    def __init__(self, renewal: TemplateRenewal, call: Call, subject_id: str, give_way: Callable[[], None]) -> None:
        self._renewal = renewal
        self._call = call
        self._subject_id = subject_id
        self._give_way = give_way
        self.has_images = False

    def renewed(self, report: RenewalReport, stale: Sequence[StoredTemplate]) -> RenewalReport:
        """Return the report with what came of templates that another extractor made."""
        new: dict[int, Features] = {}
        kept: list[KeptTemplate] = []
        without: list[StoredTemplate] = []
        for template in stale:
            self._give_way()
            self._call.deadline.check()
            made = self._made_anew(template)
            match made:
                case None:
                    without.append(template)
                case KeptTemplate():
                    kept.append(made)
                case Features():
                    new[template.template_id] = made
        self.has_images = bool(new or kept)
        replaced = [template for template in stale if template.template_id in new]
        if new and not report.dry_run and not self._swap(new, len(kept)):
            kept += [_left(template, KeptWhy.CHANGED) for template in replaced]
            replaced = []
        for each in kept:
            report = report.leaving(each)
        quality = report.quality
        for template in replaced:
            quality = quality.with_(template.quality, new[template.template_id].quality)
        report = replace(report, renewed=report.renewed + len(replaced), quality=quality)
        return report.needing_capture(self._subject_id) if self._any_there(without) else report

    def _made_anew(self, template: StoredTemplate) -> Features | KeptTemplate | None:
        """Return a template's successor, or why there is none; None: there is no image."""
        biometrics = self._renewal.biometrics
        with self._renewal.store.reading() as view:
            image = view.images.of_template(template.template_id)
        if image is None:
            return None
        try:
            made = biometrics.extract(image.sample)
        except DomainError as error:
            if error.reason is Reason.MATCHER_UNAVAILABLE:  # of the service, and not of this image
                raise
            return _left(template, KeptWhy.FAILED, error.reason.code)
        if not made.quality.usable:
            return _left(template, KeptWhy.UNUSABLE)
        likeness = biometrics.compare(biometrics.prepare(made.template), [biometrics.prepare(template.template)])
        if policy.decide(likeness, policy.DEFAULT_TARGET_FMR, ()) is not Decision.MATCH:
            return _left(template, KeptWhy.UNLIKE)
        return replace(made, position=template.position)

    def _any_there(self, templates: Sequence[StoredTemplate]) -> bool:
        """Tell whether one is left: whoever was deleted meanwhile has no images, and needs none."""
        if not templates:
            return False
        with self._renewal.store.reading() as view:
            there = {template.template_id for template in view.subjects.templates(self._subject_id)}
        return any(template.template_id in there for template in templates)

    def _swap(self, new: Mapping[int, Features], kept: int) -> bool:
        """Put the new ones in the place of the others, all of a citizen's at once; False: those are gone."""
        service = self._renewal
        try:
            with service.store.transaction() as uow:
                moved = uow.subjects.replace_templates(self._subject_id, new)
                details: Details = {
                    "extractor": service.biometrics.extractor_id,
                    "former": sorted({template.extractor for template in moved.removed}),
                    "fingers": sorted({template.position.name for template in moved.added}),
                    "templates": len(moved.added),
                    "kept": kept,
                }
                uow.audit.append(entry(service.clock, self._call, "RENEWED", self._subject_id, details))
                exchange(uow, service.gallery, [moved])
        except DomainError as error:
            if error.reason not in {Reason.VERSION_MISMATCH, Reason.SUBJECT_NOT_FOUND}:
                raise
            return False
        return True


def _left(template: StoredTemplate, why: KeptWhy, reason: str = "") -> KeptTemplate:
    return KeptTemplate(template.subject_id, template.position, template.extractor, why, reason)
