"""What all commands that call the service share: options, connection, refusals, output."""

from __future__ import annotations

import errno
import functools
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Concatenate, ParamSpec

import typer
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console, RenderableType

from idverify.client import DEFAULT_SERVER, AssertionRejectedError, Client, Desk, ServiceError, Tls
from idverify.commands.telling.advice import local_text, next_step
from idverify.commands.telling.spoken import OUR_OWN, asked, speak, speak_as_the_environment_asks, spoken
from idverify.domain.model import Language
from idverify.v1.types_pb2 import RequestContext

REFUSED = 1
USAGE = 2

_WIDTH_OF_PIPES = 240

_PANEL = "Connection and context"
_P = ParamSpec("_P")


@dataclass(frozen=True, slots=True)
class Session:
    """An open client, and how to answer.

    Attributes:
        client: the connection.
        as_json: print messages as JSON, for programs.
        request_id: of the first call, if the user repeats an earlier one; empty: a new one.
    """

    client: Client
    as_json: bool
    request_id: str = ""

    def context(
        self, *, procedure: str = "", dossier: str = "", transaction: str = "", nonce: str = "", consent_ref: str = ""
    ) -> RequestContext:
        """Return the context of the command's call."""
        return self.client.new_context(
            procedure=procedure,
            dossier=dossier,
            transaction=transaction,
            request_id=self.request_id,
            nonce=nonce,
            consent_ref=consent_ref,
        )

    def show(self, message: Message, *views: RenderableType) -> None:
        """Print a message whole as JSON, or the views of it for people."""
        if self.as_json:
            print_json(as_dict(message))
        else:
            for view in views:
                out().print(view)


def calls_service(command: Callable[Concatenate[Session, _P], None]) -> Callable[..., None]:
    """Give a command a session as its first argument, and the options from which the session is made.

    A refusal by the service ends the command with code 1, a mistake in the options with code 2.
    """

    @functools.wraps(command)
    def run(*args: Any, **given: Any) -> None:
        options = {name: given.pop(name) for name in _SHARED}
        with refusals(options["as_json"], options["language"]), _open(options) as client:
            command(Session(client, options["as_json"], options["request_id"]), *args, **given)

    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    signature = inspect.Signature([*own, *_SHARED.values()])
    run.__signature__ = signature  # type: ignore[attr-defined]
    run.__annotations__ = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    return run


class refusals:  # noqa: N801 - reads as what it is: with refusals():
    """Turn what can go wrong into a message and an exit code, in a clerk's words where they said which language."""

    def __init__(self, as_json: bool, language: Language | None = None) -> None:
        self._as_json = as_json
        self._language = language

    def __enter__(self) -> None:
        """Begin, in the language that the command was told, or that the environment asks for."""
        if self._language is None:
            speak_as_the_environment_asks(to_program=self._as_json)
        else:
            speak(self._language)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        match error:
            case ServiceError():
                self._fail(REFUSED, error.reason, error.message, error.metadata, error.code.name, error.told)
            case AssertionRejectedError():
                self._fail(REFUSED, "ASSERTION_REJECTED", str(error), {"cause": error.reason})
            case RefusedError():
                self._fail(REFUSED, error.reason, str(error))
            case typer.BadParameter():
                return
            case OSError() if error.filename is not None:
                self._fail(USAGE, "FILE_UNUSABLE", f"{error.filename}: {error.strerror}")
            case UsageError():
                self._fail(USAGE, "USAGE", str(error))

    def _fail(
        self,
        exit_code: int,
        reason: str,
        message: str,
        metadata: Mapping[str, str] | None = None,
        code: str = "",
        told: str = "",
    ) -> None:
        detail, step = "", next_step(reason, metadata or {}, spoken(), message)
        if asked() is not None and (told := told or local_text(reason, spoken())):
            message, detail = told, message
        facts = {
            "code": code,
            "reason": reason,
            "message": message,
            "detail": detail,
            "metadata": dict(metadata or {}),
            "next": step,
        }
        if self._as_json:
            typer.echo(json.dumps({"error": facts}, ensure_ascii=False), err=True)
        else:
            console = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)
            console.print(reason, style="bold red", end=": ")
            console.print(message, markup=False)
            if detail:  # the clerk's words name no limits; whoever helps them wants those
                console.print(f"  {detail}", markup=False)
            for name, value in sorted((metadata or {}).items()):
                console.print(f"  {name} = {value}", markup=False)
            if step:
                console.print(step, markup=False, style="dim")
        raise typer.Exit(exit_code) from None


class RefusedError(Exception):
    """An offline command refuses its input, with the reason that the service would give."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class UsageError(Exception):
    """The options or files of a command are wrong; the text says what to give instead."""


def text_of(file: Path) -> str:
    """Return the text of a file that was named on the command line. Raises OSError: unreadable, or not UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise OSError(errno.EILSEQ, "not text in UTF-8", str(file)) from None


def out() -> Console:
    """Return the console for answers; made anew, because the stream may have been replaced."""
    console = Console(highlight=False, emoji=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDTH_OF_PIPES  # whoever reads a pipe wants lines, not columns folded at 80
    return console


def as_dict(message: Message) -> dict[str, Any]:
    """Return a message with every field, also those at their zero value, named as in the protos."""
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


def print_json(content: Any) -> None:
    """Print for programs: one JSON document."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


def _open(options: Mapping[str, Any]) -> Client:
    files = options["ca"], options["cert"], options["key"]
    try:
        tls = Tls.from_files(*files) if any(files) else None
        language = asked()
        desk = Desk(options["agency"], options["officer"], options["counter"], language.value if language else "")
        return Client(options["server"], tls=tls, desk=desk, timeout=options["timeout"])
    except ValueError as error:
        raise UsageError(f"{error} (--ca, --cert, --key)") from None


def _shared(  # as many parameters as options
    *,
    server: Annotated[
        str, typer.Option(envvar="IDVERIFY_SERVER", help="HOST:PORT of the service.", rich_help_panel=_PANEL)
    ] = DEFAULT_SERVER,
    ca: Annotated[
        Path | None,
        typer.Option(envvar="IDVERIFY_CLIENT_CA", help="Root certificates of the server, PEM.", rich_help_panel=_PANEL),
    ] = None,
    cert: Annotated[
        Path | None,
        typer.Option(envvar="IDVERIFY_CLIENT_CERT", help="Your certificate, PEM.", rich_help_panel=_PANEL),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(envvar="IDVERIFY_CLIENT_KEY", help="Its private key, PEM.", rich_help_panel=_PANEL)
    ] = None,
    agency: Annotated[
        str, typer.Option(envvar="IDVERIFY_AGENCY", help="Code of your agency.", rich_help_panel=_PANEL)
    ] = "",
    officer: Annotated[
        str, typer.Option(envvar="IDVERIFY_OFFICER", help="Officer who calls.", rich_help_panel=_PANEL)
    ] = "",
    counter: Annotated[
        str, typer.Option(envvar="IDVERIFY_COUNTER", help="Counter or workstation.", rich_help_panel=_PANEL)
    ] = "",
    request_id: Annotated[
        str, typer.Option(help="UUID of an earlier call that is repeated; new if empty.", rich_help_panel=_PANEL)
    ] = "",
    timeout: Annotated[
        float, typer.Option(min=0.1, max=3600, help="Seconds to wait for an answer.", rich_help_panel=_PANEL)
    ] = 30.0,
    language: Annotated[
        Language | None,
        typer.Option(
            "--language",
            "--lang",
            envvar=OUR_OWN,
            help="Answer and refuse in the words of a clerk, in vi or en. Unset: vi where the system is Vietnamese.",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.", rich_help_panel=_PANEL)] = False,
) -> None:
    """Hold the options that every command gets; never called."""


_SHARED = dict(inspect.signature(_shared, eval_str=True).parameters)
