"""The register of processing, as JSON or as a page to print."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idverify.commands.operator import Config, DataDir, host_settings
from idverify.commands.session import UsageError, print_json, refusals
from idverify.domain.errors import DomainError, SettingsError, StoredDataError

if TYPE_CHECKING:
    from idverify.services.law.register import Register

_STYLE = (
    "body{font:15px/1.4 sans-serif;margin:2rem}table{border-collapse:collapse}td,th{border:1px solid;padding:.3rem}"
)


def register_of_processing(
    html: Annotated[Path | None, typer.Option(help="Write a page here instead of JSON to the standard output.")] = None,
    config: Config = None,
    data_dir: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, also where nothing else is asked for.")] = False,
) -> None:
    """Tell what is done with whose data, on which ground, for whom, how long they are kept, and how they are guarded.

    Made of the catalogue in force, the registered clients and the facts of law. It names no citizen. Run it on the host
    of the service, which need not be stopped.
    """
    # The libraries of the server are not loaded for commands that only call it.
    from idverify.bootstrap import SystemClock  # noqa: PLC0415
    from idverify.start.law import processing  # noqa: PLC0415

    with refusals(as_json):
        try:
            register = processing(host_settings(config, data_dir=data_dir), SystemClock())
        except (SettingsError, DomainError, StoredDataError) as error:
            raise UsageError(str(error)) from error
        if html is not None:
            html.write_text(page_of(register), encoding="utf-8")
    if html is None:
        print_json(register)


def page_of(register: Register) -> str:
    """Return the register as a page of HTML that needs nothing beside it."""
    parts = ["<!doctype html><html lang=en><meta charset=utf-8><title>Register of processing</title>"]
    parts += [f"<style>{_STYLE}</style><h1>Register of processing, {_text(register['day'])}</h1>"]
    parts += [f"<p>People: {_text(register['people'])}.<p>{_text(register['biometric_data'])}."]
    for part in ("processing", "recipients", "kept", "deadlines"):
        parts += [f"<h2>{part.capitalize()}</h2>", _table(register[part])]
    parts += ["<h2>Measures</h2><ul>", *(f"<li>{_text(each)}" for each in register["measures"]), "</ul></html>"]
    return "\n".join(parts)


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "<p>None."
    head = "".join(f"<th>{_text(name.replace('_', ' '))}" for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_text(value)}" for value in row.values()) for row in rows)
    return f"<table><tr>{head}{body}</table>"


def _text(value: Any) -> str:  # whatever JSON holds
    if isinstance(value, dict):
        said = "; ".join(f"{name}: {', '.join(v) if isinstance(v, list) else v}" for name, v in value.items() if v)
        return escape(said)
    if isinstance(value, list):
        return "<br>".join(map(_text, value))
    return escape(str(value))
