"""Before the counter opens: everybody is enrolled, their records are linked, prints are chosen."""

from __future__ import annotations

from pathlib import Path

from enroll_tools.bulk.enrolment import enrol_all
from enroll_tools.bulk.journal import Journal
from enroll_tools.demo.play import Play, Probe, best_first, judged
from enroll_tools.demo.records import identity_record, marriage_record, residence_record
from enroll_tools.demo.stage import expect


def enrol_population(play: Play, journal: Path) -> None:
    """Enrol everybody."""
    people = [member.person for member in play.cast.members]
    prints = sum(len(person.samples) for person in people)
    with play.stage.step("Enrolment", f"{len(people)} citizens with {prints} prints ({play.cast.origin})") as step:
        with play.stage.progress() as bar, Journal(journal) as log:
            task = bar.add_task("enrolling", total=len(people))
            report = enrol_all(play.client, people, log, skip_poor=True, progress=lambda: bar.advance(task))
        step.facts |= {"people": report.enrolled, "prints": report.prints, "left_out": len(report.left_out)}
        reasons = sorted({item.reason for item in report.refused})
        expect(report.enrolled == len(people), f"{len(people)} citizens enrolled", f"{report.enrolled}, {reasons}")
        step.facts["suspected"] = len(report.suspected)
        if report.suspected:
            play.stage.tell({"seem enrolled twice": f"{len(report.suspected)} citizens, enrolled nevertheless"})
        if report.left_out:
            play.stage.tell({"left out": f"{len(report.left_out)} prints of too poor quality"})


def link_records(play: Play) -> None:
    """Put records for everybody; the citizen at the counter has no residence record."""
    with play.stage.step(
        "Linked records", "identity, civil status and residence from the agencies that own them"
    ) as step:
        count = 0
        for number, member in enumerate(play.cast.members):
            identity = member.person.identity
            records = {"identity": identity_record(identity), "civil_status_marriage": marriage_record()}
            if member is not play.citizen.member:
                records["residence"] = residence_record(identity, number)
            for record_type, content in records.items():
                play.client.put_record(identity.citizen_number, record_type, content)
                count += 1
        step.facts["records"] = count
        play.stage.tell({"records put": count})


def choose_probes(play: Play) -> None:
    """Ask how good the prints are that were kept back: the counter would take the best of a few touches too."""
    with play.stage.step(
        "Quality of the prints kept back", "never enrolled; the best of each finger is shown next"
    ) as step:
        kept = [(member, sample) for member in play.cast.members for sample in member.probes]
        with play.stage.progress() as bar:
            task = bar.add_task("checking", total=len(kept) + len(play.cast.stranger))
            best: dict[int, Probe] = {}
            asked: list[Probe] = []
            for member, sample in kept:
                probe = judged(play, member, sample)
                asked.append(probe)
                bar.advance(task)
                if id(member) not in best or probe.quality.score > best[id(member)].quality.score:
                    best[id(member)] = probe
            for sample in play.cast.stranger:
                play.strangers.append(judged(play, None, sample))
                bar.advance(task)
        play.probes = best_first(best.values())
        play.own = best_first(probe for probe in asked if probe.member is play.citizen.member)
        play.strangers = best_first(play.strangers)
        usable = [probe for probe in play.probes if probe.quality.usable]
        expect(len(usable) >= 3, "usable prints of at least three people", len(usable))
        scores = [probe.quality.score for probe in play.probes]
        step.facts |= {"probes": len(kept), "best": scores[0], "worst_of_the_best": scores[-1]}
        play.stage.tell({"prints": len(kept), "quality": f"{scores[-1]} to {scores[0]} of 100"})
