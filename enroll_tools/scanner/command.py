"""``sbi-simulator``: a scanner for counters that have none, and for tests."""

from __future__ import annotations

import signal
from pathlib import Path
from threading import Event, Thread
from typing import Annotated

import typer

from enroll_tools.command_line import fail, people, refusals
from enroll_tools.scanner.device import Play, Scanner
from enroll_tools.scanner.folder import PrintFolder, load_prints
from enroll_tools.scanner.identity import Identity
from enroll_tools.scanner.sealing import Recipient
from enroll_tools.scanner.server import ScannerServer

_PLAYS = ", ".join(Play)


# Many parameters: they are the options of the command, with their help.
def sbi_simulator(
    folder: Annotated[Path, typer.Option(help="Folder of prints: RIGHT_INDEX.png, RIGHT_INDEX_2.png, or 101_1.tif.")],
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the loopback address; device services use 4501 to 4600.")
    ] = 4501,
    play: Annotated[
        str, typer.Option(help=f"At each capture in turn, with commas, the last goes on: {_PLAYS}.")
    ] = "good",
    resolution: Annotated[float | None, typer.Option(help="Pixels per inch of the prints.")] = None,
    serial: Annotated[str, typer.Option(help="Serial number of the device.")] = "SIM-0000000001",
    encrypt_for: Annotated[
        Path | None,
        typer.Option(help="Certificate (PEM, RSA): a device for authentication, its prints sealed for this."),
    ] = None,
) -> None:
    """Serve a fingerprint scanner that plays prints of a folder, by MOSIP's local HTTP service (SBI 0.9.5)."""
    stated = [part.strip() for part in play.split(",")]
    if not set(stated) <= set(Play):
        fail(f"--play must be of {_PLAYS}")
    with refusals(ValueError):
        prints = PrintFolder(load_prints(folder, resolution))
        recipient = None if encrypt_for is None else Recipient(encrypt_for.read_bytes())
        server = ScannerServer(Scanner(prints, Identity(serial), [Play(part) for part in stated], recipient), port)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    people().print(f"scanner {serial} at {server.scanner.base}; Ctrl-C ends it")
    stop.wait()
    server.shutdown()
    server.server_close()
