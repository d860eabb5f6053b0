"""Enrol many people through the service: several at once, resumable, with a report of what was refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from threading import Event

from enroll_tools.bulk.calls import Caller
from enroll_tools.bulk.enroller import Enroller, Outcome
from enroll_tools.bulk.journal import Journal
from enroll_tools.bulk.people import Person
from enroll_tools.bulk.report import Report
from idverify.client import Client
from idverify.v1.enrolment_pb2 import DuplicateCheck

_HOPELESS = 3  # people in a row whom the service could not be asked about

_LOOK = 0.1
"""Seconds between looks whether the run is to stop."""


# Many parameters: most are options of the command.
def enrol_all(
    client: Client,
    people: Sequence[Person],
    journal: Journal,
    *,
    concurrency: int = 4,
    skip_poor: bool = False,
    retry_refused: bool = False,
    duplicates: DuplicateCheck = DuplicateCheck.DUPLICATE_CHECK_REPORT,
    profile: str = "",
    progress: Callable[[], None] = lambda: None,
    stop: Event | None = None,
) -> Report:
    """Enrol people, several at a time.

    Args:
        client: of the service; its role must be enroller, and admin too where there are records. Closed when stopped.
        people: whom.
        journal: what was done before is not done again.
        concurrency: calls at the same time.
        skip_poor: enrol people without their prints that are too poor, rather than not at all.
        retry_refused: try those again who were refused before.
        duplicates: what to do about people who seem to be enrolled already; test sets hold fingers twice.
        profile: enrolment profile whose tests are counted in the report; empty: none.
        progress: called after each person, from the thread that called this.
        stop: set, it ends the run: calls under way are cancelled, and what came of them shows in the next run.
    """
    report = Report()
    stop = stop or Event()
    caller = Caller(client, journal, duplicates, stop, profile)
    enroller = Enroller(caller, skip_poor=skip_poor, retry_refused=retry_refused)
    gone = done = 0
    with ThreadPoolExecutor(concurrency) as pool:
        for outcome in _as_done(pool, enroller.enrol, people, 2 * concurrency, stop, client.close):
            _count(report, outcome)
            done += not outcome.interrupted
            gone = gone + 1 if outcome.unreachable else 0
            progress()
            if gone >= _HOPELESS:
                report.stopped = True
                pool.shutdown(cancel_futures=True)
                break
    report.interrupted = stop.is_set()
    report.left = len(people) - done
    return report


def _as_done(
    pool: ThreadPoolExecutor,
    work: Callable[[Person], Outcome],
    people: Sequence[Person],
    ahead: int,
    stop: Event,
    cut: Callable[[], None],
) -> Iterator[Outcome]:
    """Yield outcomes as they come, with a few people at a time handed to the pool; ``cut`` ends calls when it stops."""
    waiting = iter(people)
    running: set[Future[Outcome]] = {pool.submit(work, person) for person in islice(waiting, ahead)}
    while running:
        done, running = wait(running, timeout=_LOOK, return_when=FIRST_COMPLETED)
        if stop.is_set():
            # No call is waited for: whoever pressed the key wants the terminal back.
            waiting = iter(())
            cut()
            running = {future for future in running if not future.cancel()}
        running |= {pool.submit(work, person) for person in islice(waiting, len(done))}
        for future in done:
            yield future.result()


def _count(report: Report, outcome: Outcome) -> None:
    report.enrolled += outcome.enrolled
    report.known += outcome.known and not outcome.enrolled
    report.prints += outcome.prints
    report.records += outcome.records
    report.left_out += outcome.left_out
    report.refused += outcome.refused
    report.suspected += outcome.suspected
    report.tests += outcome.tests
