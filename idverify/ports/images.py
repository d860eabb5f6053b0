"""Images of impressions, kept where the place's law wants them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from idverify.domain.model.images import KeptImage


class Images(Protocol):
    """Images of enrolled impressions, each beside its template, sealed under the citizen's data key."""

    def of_template(self, template_id: int) -> KeptImage | None:
        """Return the image that a template was made of; None: none is kept, or there is no such template."""

    def count(self, among: Collection[str] | None = None) -> int:
        """Return how many are kept, of some subjects; None: of all."""

    def keep(self, subject_id: str, encounter_id: str, images: Sequence[KeptImage | None]) -> None:
        """Keep the images of an encounter, in the order of its templates. Raises DomainError SUBJECT_NOT_FOUND."""

    def erase_some(self, limit: int, held: Collection[str] = ()) -> int:
        """Erase at most so many, whomever they are of but subjects who are held; return how many."""
