"""The command line of the enrolment tools, ``python -m enroll_tools``: what each command does stands in its room."""

from __future__ import annotations

import typer

from enroll_tools.bulk.command import enrol
from enroll_tools.command_line import new_app
from enroll_tools.scanner.command import sbi_simulator
from enroll_tools.synthetic.command import synthesize, templates


def build_app() -> typer.Typer:
    """Put the commands together."""
    app = new_app("Enrol test populations, make synthetic ones, and play prints as a scanner.")
    app.command("enrol")(enrol)
    app.command("sbi-simulator")(sbi_simulator)
    app.command("synthesize")(synthesize)
    app.command("templates")(templates)
    return app


def main() -> None:
    """Run the command line."""
    build_app()()
