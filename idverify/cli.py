"""The command line, ``idverify``: what each command does stands in :mod:`idverify.commands`."""

from __future__ import annotations

if __name__ == "__main__":  # python -m idverify.cli: as python -m idverify, before anything that takes long to load
    from idverify.loading import run

    run("idverify.cli")
    raise SystemExit

import sys
from functools import cache
from importlib import metadata
from typing import Annotated

try:
    import typer
except ModuleNotFoundError:  # installed for the client alone
    raise SystemExit("idverify: this command needs the extra 'service'; see docs/client.md") from None

from idverify.commands import (
    acts,
    archive,
    catalogue,
    certs,
    deciding,
    enrolment,
    gallery,
    keys,
    limits,
    loss,
    many,
    operator,
    records,
    samples,
    trust,
)
from idverify.commands.host import compiling, health, shards
from idverify.commands.kept import backup, images, migrate, restore, retention, templates
from idverify.commands.local import check_card, check_source, convert, inspect, segment
from idverify.commands.log import proofs, publishing
from idverify.commands.people import citizens, fingers, holds, merging, own_history, requests, virtual
from idverify.commands.registry import clients, devices
from idverify.commands.reports import affected, counter, events, papers, processing
from idverify.commands.telling.help import tell_in_their_language
from idverify.commands.tokens import assertions, confirmations
from idverify.commands.vouching import exceptions, slips


@cache
def build_app() -> typer.Typer:
    """Put the commands together, once."""
    app = _group("Verify citizens by fingerprint: run the service, and call it.", completion=True)
    app.callback()(_itself)
    app.command("serve")(operator.serve)
    app.command("compile")(compiling.compile_)
    app.command("health")(health.health)
    app.command("enrol")(enrolment.enrol)
    app.command("add-fingers")(enrolment.add_fingers)
    app.command("get")(enrolment.get)
    app.command("list")(enrolment.list_citizens)
    app.command("delete")(enrolment.delete)
    app.command("verify")(deciding.verify)
    app.command("identify")(deciding.identify)
    app.command("identify-many")(many.identify_many)
    app.command("extract")(samples.extract)
    app.command("compare")(samples.compare)
    app.command("quality")(samples.quality)
    app.command("procedures")(records.procedures)
    app.command("convert")(convert.convert)
    app.command("inspect")(inspect.inspect)
    app.command("segment")(segment.segment)
    app.command("check-assertion")(assertions.verify)
    app.command("check-card")(check_card.check_card)
    app.command("certs")(certs.certs)
    app.command("check")(trust.audit_check)
    _put_what_is_kept(app)
    app.command("register-of-processing")(processing.register_of_processing)
    app.add_typer(_backup(), name="backup")
    app.add_typer(_citizens(), name="citizens")
    app.add_typer(_records(), name="records")
    app.add_typer(_catalogue(), name="catalogue")
    app.add_typer(_audit(), name="audit")
    app.add_typer(_assertion(), name="assertion")
    app.add_typer(_confirmation(), name="confirmation")
    app.add_typer(_gallery(), name="gallery")
    app.add_typer(_images(), name="images")
    app.add_typer(_templates(), name="templates")
    app.add_typer(_limits(), name="limits")
    app.add_typer(_devices(), name="devices")
    app.command("papers")(papers.papers)
    app.add_typer(_counter(), name="counter")
    app.add_typer(_exceptions(), name="exceptions")
    app.add_typer(_slips(), name="slips")
    app.add_typer(_requests(), name="requests")
    app.add_typer(_holds(), name="holds")
    app.add_typer(_keys(), name="keys")
    app.add_typer(_clients(), name="clients")
    app.add_typer(_acts(), name="acts")
    return app


def _put_what_is_kept(app: typer.Typer) -> None:
    app.command("accept-loss")(loss.accept_loss)
    app.command("restore")(restore.restore)
    app.command("migrate-store")(migrate.migrate_store)
    app.command("retention")(retention.retention)


def _counter() -> typer.Typer:
    app = _group("What goes on at the counters of an agency.")
    app.command("queue")(counter.queue)
    app.command("decisions")(counter.decisions)
    return app


def _backup() -> typer.Typer:
    app = _group("Backups of everything, from which the service goes on elsewhere.")
    app.command("take")(backup.take)
    app.command("verify")(backup.verify)
    app.command("new-key")(backup.new_key)
    return app


def _citizens() -> typer.Typer:
    app = _group("What may change about a citizen.")
    app.command("correct")(citizens.correct)
    app.command("renumber")(citizens.renumber)
    app.command("state")(citizens.state)
    app.command("history")(citizens.history)
    app.command("fingers")(fingers.fingers)
    app.command("merge")(merging.merge)
    app.command("split")(merging.split)
    app.command("move-encounter")(merging.move_encounter)
    app.command("virtual")(virtual.create)
    app.command("virtual-list")(virtual.list_numbers)
    app.command("virtual-revoke")(virtual.revoke)
    app.command("set-pin")(citizens.set_pin)
    app.command("own-history")(own_history.own_history)
    app.command("lock")(citizens.lock)
    app.command("unlock")(citizens.unlock)
    return app


def _records() -> typer.Typer:
    app = _group("Linked records of citizens.")
    app.command("put")(records.put)
    app.command("get")(records.get)
    app.command("types")(records.types)
    app.command("check-source")(check_source.check_source)
    return app


def _catalogue() -> typer.Typer:
    app = _group("The catalogue of procedures and record types.")
    app.command("import")(catalogue.import_)
    app.command("export")(catalogue.export)
    app.command("show")(catalogue.show)
    app.command("diff")(catalogue.diff)
    app.command("history")(catalogue.history)
    return app


def _audit() -> typer.Typer:
    app = _group("The audit trail.")
    app.command("list")(events.audit_list)
    app.command("affected")(affected.affected)
    app.command("check")(trust.audit_check)
    app.command("archive")(archive.archive)
    app.command("check-archive")(archive.check_archive)
    app.command("log-key")(proofs.log_key)
    app.command("checkpoint")(proofs.checkpoint)
    app.command("proof")(proofs.proof)
    app.command("verify")(proofs.verify)
    app.command("publish")(publishing.publish)
    app.command("witness")(publishing.witness)
    return app


def _assertion() -> typer.Typer:
    app = _group("Assertions as files: checked and shown without the service.")
    app.command("verify")(assertions.verify)
    app.command("present")(assertions.present)
    return app


def _confirmation() -> typer.Typer:
    app = _group("What a dossier keeps of an assertion.")
    app.command("issue")(confirmations.issue)
    app.command("print")(confirmations.print_confirmation)
    app.command("revoke")(confirmations.revoke)
    app.command("status-list")(confirmations.status_list)
    app.command("verify")(confirmations.verify)
    return app


def _gallery() -> typer.Typer:
    app = _group("The gallery as a whole.")
    app.command("status")(gallery.status)
    app.command("find-duplicates")(gallery.find_duplicates)
    app.command("shards")(shards.shards)
    return app


def _images() -> typer.Typer:
    app = _group("Whether images of enrolled impressions are kept; the service must be stopped.")
    app.command("on")(images.on)
    app.command("off")(images.off)
    return app


def _templates() -> typer.Typer:
    app = _group("Templates that are made anew.")
    app.command("renew")(templates.renew)
    return app


def _limits() -> typer.Typer:
    app = _group("Limits on tries that do not match.")
    app.command("list")(limits.list_limits)
    app.command("lift")(limits.lift)
    return app


def _devices() -> typer.Typer:
    app = _group("Scanners that sign what they capture.")
    app.command("register")(devices.register)
    app.command("revoke")(devices.revoke)
    app.command("list")(devices.list_devices)
    return app


def _exceptions() -> typer.Typer:
    app = _group("Citizens who are vouched for by two officers, without a finger.")
    app.command("confirm")(exceptions.confirm)
    app.command("count")(exceptions.count)
    return app


def _slips() -> typer.Typer:
    app = _group("Paper slips, for when there is no service.")
    app.command("issue")(slips.issue)
    app.command("reconcile")(slips.reconcile)
    app.command("void")(slips.void)
    app.command("list")(slips.list_slips)
    return app


def _requests() -> typer.Typer:
    app = _group("Requests of citizens about data that are held on them, with their deadlines.")
    app.command("open")(requests.open_request)
    app.command("list")(requests.list_requests)
    app.command("decide")(requests.decide)
    app.command("export")(requests.export)
    return app


def _holds() -> typer.Typer:
    app = _group("Legal holds: citizens of whom nothing may be erased.")
    app.command("place")(holds.place)
    app.command("release")(holds.release)
    app.command("list")(holds.list_holds)
    return app


def _keys() -> typer.Typer:
    app = _group("The keys that sign, and the masters that unlock the secrets.")
    app.command("show")(trust.keys_show)
    app.command("rotate")(trust.keys_rotate)
    app.command("rotate-document")(trust.keys_rotate_document)
    app.command("rotate-log")(trust.keys_rotate_log)
    app.command("masters")(keys.masters)
    app.command("add-master")(keys.add_master)
    app.command("rewrap")(keys.rewrap)
    app.command("rotate-master")(keys.rotate_master)
    app.command("retire")(keys.retire)
    return app


def _clients() -> typer.Typer:
    app = _group("The registry of client systems: who may call, and what.")
    app.command("register")(clients.register)
    app.command("update")(clients.update)
    app.command("suspend")(clients.suspend)
    app.command("reinstate")(clients.reinstate)
    app.command("revoke")(clients.revoke)
    app.command("get")(clients.get)
    app.command("list")(clients.list_clients)
    return app


def _acts() -> typer.Typer:
    app = _group("Acts that wait for a second person.")
    app.command("list")(acts.list_acts)
    app.command("show")(acts.show)
    app.command("approve")(acts.approve)
    app.command("reject")(acts.reject)
    return app


def _group(text: str, *, completion: bool = False) -> typer.Typer:
    # Plain tracebacks: the pretty ones may show what a print or a person is made of.
    return typer.Typer(help=text, no_args_is_help=True, add_completion=completion, pretty_exceptions_enable=False)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"idverify {metadata.version('idverify')}")
        raise typer.Exit


def _itself(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Verify citizens by fingerprint: run the service, and call it."""


def main() -> None:
    """Run the command line."""
    command = typer.main.get_command(build_app())
    tell_in_their_language(command, sys.argv[1:])
    command()
