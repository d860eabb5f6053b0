"""Templates that take the place of others, in the gallery as in the database."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from idverify.domain.model import Moved
from idverify.ports import Gallery, UnitOfWork


def exchange(uow: UnitOfWork, gallery: Gallery, moved: Sequence[Moved]) -> None:
    """Have the gallery follow, last in the transaction: undone if it does not commit, nobody unfindable meanwhile."""
    removed = [template for each in moved for template in each.removed]
    added = [template for each in moved for template in each.added]
    uow.on_rollback(partial(gallery.remove, [t.template_id for t in added]))
    uow.on_rollback(partial(gallery.add, removed))
    gallery.add(added)
    gallery.remove([t.template_id for t in removed])
