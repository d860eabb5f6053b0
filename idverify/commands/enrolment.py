"""Citizens: enrol, add fingers, read, delete."""

from __future__ import annotations

from enum import StrEnum
from itertools import islice
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.enrolling import taken
from idverify.commands.enrolling.exceptions import read_exception
from idverify.commands.enrolling.slaps import Slaps, read_slaps
from idverify.commands.prints import Finger, Profile, Resolution, SomePrints, read_prints
from idverify.commands.purpose import For, purpose_of
from idverify.commands.session import Session, as_dict, calls_service, out, print_json
from idverify.commands.telling.spoken import say
from idverify.v1.enrolment_pb2 import DuplicateCheck, DuplicateCheckResult, PersonalData

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Citizen number, 12 digits (or the former 9).")]


class Duplicates(StrEnum):
    """What to do about people who seem to be enrolled already."""

    REFUSE = "refuse"
    REPORT = "report"
    SKIP = "skip"


OnDuplicates = Annotated[
    Duplicates,
    typer.Option(
        "--duplicates",
        help="Of people who seem to be enrolled already: refuse, report (enrol, and name them), or skip the search "
        "(administrators only).",
    ),
]
Cannot = Annotated[
    list[str] | None,
    typer.Option(
        "--cannot",
        metavar="FINGER=FAULT[:UNTIL]",
        help="A finger that cannot be shown: missing, damaged, or bandaged until YYYY-MM-DD. Repeat it for others.",
    ),
]


@calls_service
def enrol(  # as many parameters as options
    session: Session,
    number: Number,
    name: Annotated[str, typer.Option(help="Full name.")],
    prints: SomePrints = None,
    slap: Slaps = None,
    cannot: Cannot = None,
    born: Annotated[str, typer.Option(help="Date of birth, YYYY-MM-DD or YYYY.")] = "",
    sex: Annotated[str, typer.Option(help="M or F.")] = "",
    finger: Finger = "",
    resolution: Resolution = None,
    duplicates: OnDuplicates = Duplicates.REFUSE,
    profile: Profile = "",
) -> None:
    """Enrol a citizen with prints of single fingers, slaps, or both: all of them, or nobody is enrolled."""
    samples = read_prints(prints or (), finger, resolution)
    data = PersonalData(full_name=name, birth_date=born, sex=sex)
    answer = session.client.enrol(
        number,
        data,
        samples,
        session.context(),
        slaps=read_slaps(slap, resolution),
        finger_exceptions=map(read_exception, cannot or ()),
        duplicate_check=_check(duplicates),
        profile=profile,
    )
    said = views.number_says(answer.number_facts) if answer.HasField("number_facts") else ""
    told = {"the number says": said, "warning": views.unusual(answer.number_warnings)}
    warnings = views.facts({**told, **_found(answer.duplicate_check_result)})
    enrolled = views.facts({"enrolled": answer.subject_id})
    session.show(answer, enrolled, *taken.impressions(answer.taken_impressions), warnings)


@calls_service
def add_fingers(
    session: Session,
    number: Number,
    prints: SomePrints = None,
    slap: Slaps = None,
    finger: Finger = "",
    resolution: Resolution = None,
    duplicates: OnDuplicates = Duplicates.REFUSE,
    profile: Profile = "",
) -> None:
    """Add prints of single fingers, slaps, or both to an enrolled citizen."""
    samples = read_prints(prints or (), finger, resolution)
    slaps = read_slaps(slap, resolution)
    answer = session.client.add_fingerprints(
        number, samples, session.context(), slaps=slaps, duplicate_check=_check(duplicates), profile=profile
    )
    suspects = views.facts(_found(answer.duplicate_check_result))
    added = views.facts({"added to": answer.subject_id})
    session.show(answer, added, *taken.impressions(answer.taken_impressions), suspects)


def _check(duplicates: Duplicates) -> DuplicateCheck:
    return {
        Duplicates.REFUSE: DuplicateCheck.DUPLICATE_CHECK_REFUSE,
        Duplicates.REPORT: DuplicateCheck.DUPLICATE_CHECK_REPORT,
        Duplicates.SKIP: DuplicateCheck.DUPLICATE_CHECK_SKIP,
    }[duplicates]


def _found(found: DuplicateCheckResult) -> dict[str, str]:
    same = (
        say("two-fingers", one=views.finger(s.finger_position), other=views.finger(s.other_position))
        for s in found.same_fingers
    )
    suspects = (views.scored(s.subject_id, s.score, s.fmr_at_score) for s in found.suspects)
    return {"may be the same person": ", ".join(suspects), "may be one finger": ", ".join(same)}


@calls_service
def get(
    session: Session,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Citizen number (or see --subject).")],
    purpose: For,
    subject: Annotated[bool, typer.Option("--subject", help="NUMBER is an internal identifier.")] = False,
) -> None:
    """Show a citizen and what is enrolled of them."""
    key = {"subject_id": number} if subject else {"citizen_number": number}
    person = session.client.get_citizen(**key, purpose=purpose_of(purpose), context=session.context())
    session.show(person, views.citizen(person), *(views.impressions(e) for e in person.encounters))


@calls_service
def list_citizens(
    session: Session,
    purpose: For,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 50,
) -> None:
    """List enrolled citizens in order of enrolment."""
    found = session.client.citizens(purpose_of(purpose), page_size=min(limit, 1000), context=session.context())
    people = list(islice(found, limit))
    if session.as_json:
        print_json({"citizens": [as_dict(person) for person in people]})
        return
    rows = [
        (p.citizen_number, p.personal_data.full_name, sum(len(e.impressions) for e in p.encounters), p.subject_id)
        for p in people
    ]
    out().print(views.listing(("number", "name", "prints", "subject"), rows))


@calls_service
def delete(
    session: Session,
    number: Number,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a citizen with templates, personal data and records."""
    if not yes:
        typer.confirm(say("ask-delete"), abort=True)
    answer = session.client.delete_citizen(number, session.context())
    session.show(answer, views.facts({"deleted": answer.subject_id, "templates removed": answer.removed_templates}))
