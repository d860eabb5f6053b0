"""The registry of scanners that sign what they capture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from idverify.commands import views
from idverify.commands.session import Session, as_dict, calls_service, out, print_json, text_of
from idverify.v1 import devices_pb2 as pb

DeviceId = Annotated[str, typer.Argument(metavar="DEVICE", help="Its id: the `kid` of what it signs.")]


@calls_service
def register(
    session: Session,
    device: DeviceId,
    public_key: Annotated[Path, typer.Option(help="Its public key, JWK as JSON, P-256.", exists=True, dir_okay=False)],
    model: Annotated[str, typer.Option(help="Make and model.")] = "",
    for_agency: Annotated[str, typer.Option(help="The only agency it may sign for; empty: any.")] = "",
) -> None:
    """Register a scanner by its public key."""
    entry = pb.Device(
        device_id=device,
        model=model,
        public_key_jwk=" ".join(text_of(public_key).split()),
        agency_code=for_agency,
    )
    answer = session.client.register_device(entry, session.context())
    session.show(answer, _facts(answer))


@calls_service
def revoke(session: Session, device: DeviceId) -> None:
    """Let nothing that a scanner signs count any more, for good."""
    answer = session.client.revoke_device(device, session.context())
    session.show(answer, _facts(answer))


@calls_service
def list_devices(session: Session) -> None:
    """List the registered scanners."""
    devices = session.client.devices()
    if session.as_json:
        print_json({"devices": [as_dict(device) for device in devices]})
    elif devices:
        out().print(views.listing(("device", "model", "agency", "state"), map(_row, devices)))


def _row(device: pb.Device) -> tuple[str, ...]:
    return device.device_id, device.model, device.agency_code, "revoked" if device.revoked else "active"


def _facts(device: pb.Device) -> Table:
    return views.facts(dict(zip(("device", "model", "agency", "state"), _row(device), strict=True)))
