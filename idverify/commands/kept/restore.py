"""Restoring a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idverify.commands.kept.backup import File, Identity, More, SignedBy, ended_by_signals, show, shown_progress
from idverify.commands.log.proofs import verifier_keys
from idverify.commands.operator import Config, DataDir, host_settings, on_the_host
from idverify.commands.session import out, refusals


# As many parameters as options.
def restore(
    file: File,
    identity: Identity,
    log_keys: SignedBy = None,
    config: Config = None,
    data_dir: DataDir = None,
    erasures: Annotated[
        Path | None,
        typer.Option(
            metavar="LIST", help="The erasure list, the newest copy there is; if not given, that of the settings."
        ),
    ] = None,
    without_erasures: Annotated[
        bool,
        typer.Option(
            "--without-erasures", help="There is no such list: who was erased since the backup is enrolled again."
        ),
    ] = False,
    trail_head: Annotated[
        Path | None, typer.Option(metavar="FILE", help="trail-head.json of the register that was lost, if it was not.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A checkpoint of its log, as it was published or as a witness keeps it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Restore a backup into an empty data_dir; then 'idverify serve' goes on from it.

    Everything in it is gone through first. What is lost is put in the audit trail, as far as --trail-head, --checkpoint
    or log_dir tell, and who is in the erasure list is erased again. Without --key it is not asked whose backup it is:
    whoever knows the public key can make one.
    """
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.backup.evidence import Evidence  # noqa: PLC0415
    from idverify.start.backup.restoring import Plan, restore_backup  # noqa: PLC0415
    from idverify.start.housekeeping import UntilClosed  # noqa: PLC0415

    with refusals(as_json), on_the_host(), shown_progress() as progress, ended_by_signals():
        settings = host_settings(config, data_dir=data_dir)
        evidence, signed_by = Evidence(trail_head, tuple(checkpoint or ())), verifier_keys(log_keys or [])
        plan = Plan(file, identity, evidence, erasures, without_erasures, signed_by)
        restored = restore_backup(settings, SystemClock(), plan, UntilClosed(), progress)
    first, last = restored.lost or (None, None)
    facts: More = {
        "erased_again": restored.erased.citizens,
        "encounters_erased_again": restored.erased.encounters,
        "without_prints": list(restored.erased.without_prints),
        "known_until": restored.known,
        "lost_from": first,
        "lost_until": last,
    }
    show(restored.manifest, facts, as_json=as_json)
    if not as_json and restored.erased.without_prints:
        out().print("whoever is named under without_prints has to be enrolled with fingerprints again")
    if not as_json and restored.known is None:
        out().print("nothing tells how far the register had come: what was done after the backup is lost")
