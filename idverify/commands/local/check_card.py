"""What was read of a chip card, checked by files alone: before certificates of issuers are put into service."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.session import RefusedError, UsageError, out, print_json, refusals

_GROUP = re.compile("(?P<number>[0-9]{1,2})=(?P<path>.+)")


def check_card(
    security_object: Annotated[Path, typer.Argument(metavar="EF.SOD", help="The security object of the chip.")],
    data_groups: Annotated[list[str], typer.Argument(metavar="NUMBER=FILE...", help="Data groups, such as 1=EF.DG1.")],
    issuers: Annotated[Path, typer.Option(help="Certificates that are trusted, PEM, as in card_issuers_file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Check files that were read of a chip card as the service does; of whom it is, is not told.

    Exit code: 0 sound, 1 refused, 2 wrong usage.
    """
    from idverify.domain.errors import DomainError, SettingsError  # noqa: PLC0415
    from idverify.domain.model import CardRead  # noqa: PLC0415
    from idverify.trust.cards.issuers import load_issuers  # noqa: PLC0415
    from idverify.trust.cards.reader import ChipCards  # noqa: PLC0415

    with refusals(as_json):
        try:
            cards = ChipCards(load_issuers(issuers))
            read = CardRead(security_object.read_bytes(), dict(map(_group, data_groups)))
        except (OSError, SettingsError) as error:
            raise UsageError(str(error)) from None
        try:
            said = cards.read(read, datetime.now(UTC))
        except DomainError as error:
            which = " ".join(f"{name} {value}" for name, value in error.metadata.items())
            raise RefusedError(error.reason.code, f"{error.message} ({which})") from None
    ends = "" if said.holder.expires is None else said.holder.expires.isoformat()
    told = {"issuer": said.issuer, "expires": ends, "sha256": said.sha256, "clone check": "not performed"}
    if as_json:
        print_json({name.replace(" ", "_"): value for name, value in told.items()})
    else:
        out().print(views.facts(told))


def _group(text: str) -> tuple[int, bytes]:
    found = _GROUP.fullmatch(text)
    if found is None:
        raise UsageError(f"{text}: a data group is given as NUMBER=FILE")
    return int(found["number"]), Path(found["path"]).read_bytes()
