"""Asking a server whether it serves, as containers and monitors do."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands.session import RefusedError, Session, calls_service, out, print_json


@calls_service
def health(
    session: Session,
    wait: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds to go on asking.")] = 2.0,
) -> None:
    """Ask whether the service serves. Exit code: 0 it does, 1 it does not, or does not answer."""
    if not session.client.wait_until_serving(wait):
        raise RefusedError("NOT_SERVING", f"the service did not say within {wait:g} s that it serves")
    if session.as_json:
        print_json({"serving": True})
    else:
        out().print("serving")
