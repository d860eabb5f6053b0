"""What one of several servers works with: a follower, and a gallery whose searches are never behind the database."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from idverify.domain.model import FingerPosition, StoredTemplate
from idverify.matching.assembly import Matching
from idverify.ports import Among, Deadline, Following, Gallery, GalleryFigures, Prepared, SearchResult
from idverify.settings import Settings
from idverify.start.several.doubt import AfterDoubt
from idverify.start.several.followed import Followed
from idverify.start.several.following import Follower
from idverify.storage.store import SqlStore


@dataclass(frozen=True, slots=True)
class FollowingGallery:
    """Implements the port ``Gallery``: one that is as new as the database when a search begins."""

    beneath: Gallery
    following: Following

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        """Make templates findable."""
        self.beneath.add(templates)

    def remove(self, template_ids: Sequence[int]) -> None:
        """Make templates unfindable."""
        self.beneath.remove(template_ids)

    def search(
        self,
        probe: Prepared,
        *,
        position: FingerPosition | None,
        limit: int,
        deadline: Deadline,
        exclude: str | None = None,
        among: Among | None = None,
    ) -> SearchResult:
        """Find the most alike subjects, having caught up."""
        self.following.catch_up_gallery(deadline)
        return self.beneath.search(
            probe, position=position, limit=limit, deadline=deadline, exclude=exclude, among=among
        )

    def figures(self) -> GalleryFigures:
        """Return how large it is and how quick its searches are."""
        return self.beneath.figures()

    def __len__(self) -> int:
        """Return the number of templates."""
        return len(self.beneath)


def follower_of(settings: Settings, store: SqlStore) -> Follower | AfterDoubt | None:
    """Return what keeps this server as its database is; None: it alone writes there, and knows what it wrote."""
    if settings.server_name:
        return Follower(store, settings.store_url)
    return None if settings.store_url.startswith("sqlite") else AfterDoubt(store)


def caught_up(matching: Matching, follower: Following | None) -> Matching:
    """Return the biometrics with a gallery that is as new as the database when a search begins."""
    if follower is None:
        return matching
    return replace(matching, gallery=FollowingGallery(matching.gallery, follower))


def begin_following(follower: Follower | AfterDoubt | None, followed: Followed, undo: ExitStack) -> None:
    """Follow from now on, until it is undone."""
    if follower is not None:
        follower.begin(followed)
        undo.callback(follower.close)
