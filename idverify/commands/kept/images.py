"""Whether images of enrolled impressions are kept."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.operator import Config, DataDir, host_settings
from idverify.commands.session import UsageError, out, print_json, refusals
from idverify.domain.errors import DomainError, SettingsError, StoredDataError

Reason = Annotated[str, typer.Option(help="Why; goes to the audit trail. Names nobody.")]


def on(
    reason: Reason,
    config: Config = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Keep the images of whoever is enrolled from now on. Of those who are enrolled there are none.

    Run it on the host of the service, with the service stopped; then set keep_images to true.
    """
    _switch(config, data_dir, reason, as_json, keep=True)


def off(
    reason: Reason,
    config: Config = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Keep no images any more: the service, when it is started, erases all there are, and keeps none of new ones.

    Those of citizens under a legal hold stay until it is released.

    Run it on the host of the service, with the service stopped; then set keep_images to false.
    """
    _switch(config, data_dir, reason, as_json, keep=False)


def _switch(config: Config, data_dir: DataDir, reason: str, as_json: bool, *, keep: bool) -> None:
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.images import switch_images  # noqa: PLC0415

    with refusals(as_json):
        settings = host_settings(config, data_dir=data_dir)
        try:
            choice = switch_images(settings, SystemClock(), reason, keep=keep)
        except (SettingsError, DomainError, StoredDataError) as error:
            raise UsageError(str(error)) from error
    if as_json:
        print_json({"keep_images": keep, "citizens": choice.citizens, "images": choice.images, "held": choice.held})
        return
    out().print(views.facts({"citizens": choice.citizens, "images": choice.images, "held": choice.held}))
    if keep:
        out().print(f"set keep_images to true; images are kept of enrolments from now on, of {choice.citizens} none")
    else:
        erased = choice.images - choice.held
        out().print(f"set keep_images to false; the service erases {erased} images when it is started")
        if choice.held:
            out().print(f"{choice.held} images are of citizens under a legal hold: each is erased once it is released")
