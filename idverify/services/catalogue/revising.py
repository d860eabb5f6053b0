"""A revision: how much changed, and what the audit trail keeps of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from idverify.domain.catalogue.changes import Change
from idverify.domain.catalogue.content import CatalogueContent, Origin, Revision
from idverify.services.calls.auditing import Details


# As many parameters as a revision has facts that are not counted here.
def revision_of(
    content: CatalogueContent, found: Sequence[Change], time: datetime, author: str, origin: Origin, digest: str
) -> Revision:
    """Return the next revision, with how many are new, changed and withdrawn."""
    added = sum(change.before is None for change in found)
    withdrawn = sum(change.after is None for change in found)
    changed = len(found) - added - withdrawn
    return Revision(content.newest + 1, time, author, origin, digest, added, changed, withdrawn)


def revision_details(revision: Revision) -> Details:
    """Return what the audit trail keeps: the register holds what each revision says."""
    return {
        "revision": revision.number,
        "origin": revision.origin.value,
        "digest": revision.digest,
        "added": revision.added,
        "changed": revision.changed,
        "withdrawn": revision.withdrawn,
    }
