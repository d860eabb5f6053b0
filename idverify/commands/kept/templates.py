"""Templates that are made anew of kept images."""

from __future__ import annotations

from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.gallery import followed
from idverify.commands.session import Session, as_dict, calls_service, out, print_json
from idverify.v1.gallery_pb2 import KeptTemplate, RenewTemplatesResponse
from idverify.v1.types_pb2 import FingerPosition


@calls_service
def renew(
    session: Session,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Make the templates and compare them, and change nothing.")
    ] = False,
    most_people: Annotated[int, typer.Option(min=0, help="End after so many people's images; 0: no end.")] = 0,
) -> None:
    """Make templates anew of the images that are kept, where another extractor made them. May take long.

    Each takes the place of the one before only if it is of the same finger. Ctrl-C cancels; what was interrupted goes
    on where it was when it is started again. Exit code: 0 done; 1 refused, cancelled or interrupted.
    """
    name = session.client.start_renew_templates(session.context(), dry_run=dry_run, most_people=most_people)
    response = followed(session, name, session.client.wait_renew_templates, "renewing")
    if session.as_json:
        print_json({"operation": name, "response": as_dict(response)})
        return
    out().print(views.facts(_figures(response)))
    if response.kept:
        out().print(views.listing(("subject", "finger", "by", "left because"), map(_row, response.kept)))
    if response.to_capture:
        out().print(views.listing(("needs a new capture",), [(subject,) for subject in response.to_capture]))


def _figures(response: RenewTemplatesResponse) -> dict[str, str | int]:
    would = "would be " if response.dry_run else ""
    return {
        "extractor": response.extractor,
        "people": response.people,
        "by it before": response.templates_current,
        f"{would}renewed": response.templates_renewed,
        "left as they are": response.templates_kept,
        "people to capture anew": response.people_to_capture,
        "mean quality": f"{response.former_quality:.1f}, {would}{response.renewed_quality:.1f}",
        "better, worse": f"{response.better}, {response.worse}",
    }


def _row(kept: KeptTemplate) -> tuple[str, str, str, str]:
    finger = FingerPosition.Name(kept.finger_position).removeprefix("FINGER_POSITION_")
    why = KeptTemplate.Why.Name(kept.why).removeprefix("WHY_")
    return kept.subject_id, finger, kept.extractor, f"{why} {kept.reason}".strip()
