"""The test that an agency runs against its own source of records, before it is named to a service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from idverify.commands.session import REFUSED, UsageError, out, print_json, refusals, text_of


# Many parameters: they are the options of the command, with their help.
def check_source(
    address: Annotated[str, typer.Argument(metavar="HOST:PORT", help="Where the source listens.")],
    record_type: Annotated[str, typer.Option("--type", help="A record type that it keeps, e.g. residence.")],
    name: Annotated[str, typer.Option(help="What it calls itself in its answers (iss).")],
    keys: Annotated[Path, typer.Option(help="The public keys that it signs with, a JWK Set.")],
    known: Annotated[str, typer.Option(help="Number of a made-up citizen who has a record.")],
    other: Annotated[str, typer.Option(help="Number of another who has one.")],
    unknown: Annotated[str, typer.Option(help="Number of one who has none.")],
    seconds: Annotated[float, typer.Option(min=0.1, max=30, help="That an answer may take.")] = 2.0,
    max_age_days: Annotated[float, typer.Option(min=0.01, help="So old what it says may be.")] = 30.0,
    catalogue: Annotated[Path | None, typer.Option(help="Folder of the catalogue; by default the package's.")] = None,
    ca: Annotated[Path | None, typer.Option(help="Root certificates of the source, PEM.")] = None,
    cert: Annotated[Path | None, typer.Option(help="Your certificate, PEM.")] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key, PEM.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Ask a source of records as a counter would, and say what is wrong with its answers.

    Exit code: 0 everything holds, 1 something does not, 2 wrong usage.
    """
    from idverify.client.connection import Tls, open_foreign_channel  # noqa: PLC0415
    from idverify.domain.model.owners import SourceRules  # noqa: PLC0415
    from idverify.records import catalogue as catalogues  # noqa: PLC0415
    from idverify.records.files import CatalogueError  # noqa: PLC0415
    from idverify.records.owners import conformance  # noqa: PLC0415
    from idverify.records.owners.grpc_owner import GrpcOwner  # noqa: PLC0415
    from idverify.trust.source_signatures import SourceKeys  # noqa: PLC0415

    with refusals(as_json):
        _require_three_people({"--known": known, "--other": other, "--unknown": unknown})
        try:
            public = SourceKeys(text_of(keys))
        except ValueError as error:
            raise UsageError(f"{keys}: {error}") from None
        try:
            held = catalogues.load_catalogue(catalogue)
            _require_known(record_type, [each.code for each in held.record_types()])
            tls = Tls.from_files(ca, cert, key) if ca or cert or key else None
            channel = open_foreign_channel(address, tls)
        except (ValueError, CatalogueError) as error:
            raise UsageError(str(error)) from None
        owner = GrpcOwner(channel, public)
        rules = SourceRules(name, name, seconds, seconds, max_age_days * 86_400)
        with channel:
            subject = conformance.Subject(owner, rules, record_type, known, other, unknown)
            checks = list(conformance.check_source(subject, held))
    if as_json:
        print_json([{"check": check.name, "holds": check.holds, "why": check.why} for check in checks])
    else:
        table = Table("", "the source", "why not", box=None, pad_edge=False, header_style="dim")
        for check in checks:
            table.add_row("ok" if check.holds else "FAILS", check.name, check.why)
        out().print(table)
    if not all(check.holds for check in checks):
        raise typer.Exit(REFUSED)


def _require_three_people(numbers: Mapping[str, str]) -> None:
    from idverify.domain.citizen_number import CitizenNumber  # noqa: PLC0415
    from idverify.domain.errors import DomainError  # noqa: PLC0415

    for option, number in numbers.items():
        try:
            CitizenNumber.parse(number)
        except DomainError as error:
            raise UsageError(f"{option}: {error.message}") from None
    if len(set(numbers.values())) < len(numbers):
        raise UsageError(f"{', '.join(numbers)} must be three citizens")


def _require_known(record_type: str, known: Sequence[str]) -> None:
    if record_type not in known:
        raise UsageError(f"--type: the catalogue has no record type {record_type}; it has {', '.join(known)}")
