"""Two clerks at work, each a thread with a connection of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from enroll_tools.day.plan import Visit
from enroll_tools.day.prints import Prints
from enroll_tools.day.tries import Came, Truth, Try
from idverify.client import Client, ServiceError
from idverify.v1 import transactions_pb2 as pb
from idverify.v1.types_pb2 import Decision, FingerprintSample, Purpose, RequestContext
from idverify.v1.verification_pb2 import VerifyResponse

DOSSIER = "000.00.12.H05-260105-0001"


class Clerk:
    """One counter: asks, and notes what was true and what came."""

    def __init__(self, clients: Sequence[Client], prints: Prints, free_number: str, tries: list[Try]) -> None:
        self.client, self._other = clients
        self.prints = prints
        self.free_number = free_number
        self.afternoon = False
        self._tries = tries

    def context(self, visit: Visit, consent: str = "") -> RequestContext:
        """Return what a visit is for."""
        purpose = Purpose.PURPOSE_CITIZEN_REQUEST
        return self.client.new_context(procedure=visit.procedure, dossier=DOSSIER, purpose=purpose, consent_ref=consent)

    def note(self, visit: Visit, truth: Truth, came: Came) -> Came:
        """Keep a try."""
        self._tries.append(Try(visit, replace(truth, afternoon=self.afternoon), came))
        return came

    def verify(self, visit: Visit, number: str, sample: FingerprintSample, truth: Truth, consent: str = "") -> Came:
        """Ask once, in one call, and keep what came."""
        return self.note(visit, truth, self._ask(visit, number, sample, consent))

    def list_again(self, visit: Visit, jwt: str, truth: Truth) -> Came:
        """Show an assertion again, at this counter or the other one, and keep what came."""
        client, context = self._other if truth.others else self.client, self.context(visit)
        started = time.monotonic()
        try:
            given = client.list_procedure_records(jwt, visit.citizen.number, context)
        except ServiceError as error:
            return self.note(visit, truth, Came(error.reason, time.monotonic() - started))
        return self.note(visit, truth, Came("DISCLOSED", time.monotonic() - started, given))

    def vouch(self, visit: Visit, step: Callable[[], pb.TransactionStep]) -> pb.AuthenticateByExceptionResponse:
        """Have this officer and the one at the other counter vouch for an injured citizen; ``step`` tells where it is.

        Raises:
            ServiceError: any of the three steps was refused.
        """
        number, seen = visit.citizen.number, [card_of(visit)]
        transaction = step().transaction_id
        self.client.ask_exception(step(), number, pb.EXCEPTION_REASON_INJURED, seen)
        self._other.confirm_exception(transaction, number, pb.EXCEPTION_REASON_INJURED)
        return self.client.authenticate_by_exception(step(), number)

    def verify_citizen(self, visit: Visit, number: str, truth: Truth, consent: str = "") -> FingerprintSample:
        """Ask with the citizen's own finger; with another picture while the service cannot decide. Return the last."""
        for tries in (1, 2, 3):
            sample = self.prints.picture(visit.citizen.index)
            came = self._ask(visit, number, sample, consent)
            last = came.said != "INCONCLUSIVE" or tries == 3
            self.note(visit, replace(truth, last=last), came)
            if last:
                break
        return sample

    def _ask(self, visit: Visit, number: str, sample: FingerprintSample, consent: str) -> Came:
        context = self.context(visit, consent)
        return asked(lambda: self.client.verify(number, [sample], context))


def card_of(visit: Visit) -> pb.SeenDocument:
    """Return the identity card of a visitor, as an officer sees it."""
    return pb.SeenDocument(kind=pb.DOCUMENT_KIND_IDENTITY_CARD, number=visit.citizen.number)


def asked(ask: Callable[[], VerifyResponse]) -> Came:
    """Ask, and return what came, with its time."""
    started = time.monotonic()
    try:
        answer = ask()
    except ServiceError as error:
        return Came(error.reason, time.monotonic() - started)
    given = answer.disclosure if answer.HasField("disclosure") else None
    said = Decision.Name(answer.decision).removeprefix("DECISION_")
    return Came(said, time.monotonic() - started, given, answer.number_superseded)


def work(
    clients: Sequence[Client],
    prints: Prints,
    free_number: str,
    halves: tuple[Sequence[Visit], Sequence[Visit]],
    play: Callable[[Clerk, Visit], None],
    noon: Callable[[], None],
    progress: Callable[[], None],
) -> list[Try]:
    """Let the clerks take one visit after the other; ``noon`` happens between the halves, when nobody is served."""
    tries: list[Try] = []
    lock = threading.Lock()

    def serve(clerk: Clerk, queue: list[Visit]) -> None:
        while True:
            with lock:
                if not queue:
                    return
                visit = queue.pop(0)
            try:
                play(clerk, visit)
            except ServiceError as error:  # of a step that nobody expected to be refused: the oracle will not either
                clerk.note(visit, Truth(), Came(f"step refused: {error.reason}", 0.0))
            progress()

    one, other = clients
    clerks = [Clerk(pair, prints, free_number, tries) for pair in ((one, other), (other, one))]
    with ThreadPoolExecutor(len(clerks)) as pool:
        for afternoon, half in enumerate(halves):
            if afternoon:
                noon()
            queue = list(half)
            for clerk in clerks:
                clerk.afternoon = bool(afternoon)
            for ended in [pool.submit(serve, clerk, queue) for clerk in clerks]:
                ended.result()
    return tries
