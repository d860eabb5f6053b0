"""Starts that must be refused: something of the register is lost or was changed past the service."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable

from tests.attack.case import Findings
from tests.attack.stage import Site
from tests.losses import LOSSES
from tests.register_kit import Register


def note_refused_starts(found: Findings, site: Site, names: Iterable[str]) -> None:
    """Lose one thing after another of a register that is whole otherwise, and start the service on what is left."""
    register, kept = Register(site.data).filled(), site.folder / "kept"
    shutil.copytree(site.data, kept)
    for name in names:
        loss = LOSSES[name]
        loss.lose(register)
        before = register.content()
        refused = site.refused_start()
        told = refused.status != 0 and re.search(loss.text, refused.text) is not None
        untouched = register.content() == before
        said = "the start is refused and says so" if told else f"status {refused.status}, {refused.text[:200]!r}"
        found.note(f"without {name}: {said}{'' if untouched else ', and files are changed'}", told and untouched)
        shutil.rmtree(site.data)
        shutil.copytree(kept, site.data)
