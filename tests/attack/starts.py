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
    refused = []
    for name in names:
        loss = LOSSES[name]
        loss.lose(register)
        before = register.content()
        start = site.refused_start()
        if start.status == 0 or re.search(loss.text, start.text) is None:
            found.note(f"without {name}: status {start.status}, {start.text[:200]!r}", held=False)
        elif register.content() != before:
            found.note(f"without {name} files are changed", held=False)
        else:
            refused.append(name)
        shutil.rmtree(site.data)
        shutil.copytree(kept, site.data)
    found.note(
        f"the start is refused, says so, and touches nothing, where changed or lost: {', '.join(refused)}", held=True
    )
