"""Mixed load by the client that is shipped: clerks enrol, add, verify and search, at times twice, at times wrongly."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from idverify.client import Client, ServiceError
from idverify.v1 import enrolment_pb2, types_pb2, verification_pb2
from tests.chaos.people import finger, number_of, rubbish, touch
from tests.chaos.told import ADDED, ENROLLED, LISTED, Told
from tests.e2e.harness import PROCEDURE

DEADLINE = 5.0
"""Seconds that a clerk waits for an answer."""
SETTLED = 5.0
"""Seconds after which what one clerk was told is so for all of them."""
ENTRIES = 20_000
"""Of the register, a clerk: no other has any of them."""
STRANGERS = 1_000_000
"""Added to a body it is one that is not enrolled."""
Person = tuple[int, int]
"""An entry and the body of it."""
_DATA = enrolment_pb2.PersonalData(full_name="X")

_MIX = (
    ("verify", 88.4),
    ("verify_stranger", 3.5),
    ("verify_twice", 1.0),
    ("identify", 1.2),
    ("identify_stranger", 0.4),
    ("read", 1.2),
    ("enrol", 1.2),
    ("add", 0.5),
    ("add_of_another", 0.4),
    ("twins", 0.5),
    ("same_number", 0.4),
    ("bad", 1.3),
)
"""Of a hundred turns so many are this: of a hundred calls 92 are Verify, as at counters, where most are enrolled."""
_TRIES = 3
"""For each who is to be enrolled before anything happens."""
_WRITES = ("enrol", "add", "twins", "same_number")
"""What is done as well, and at once, when something is about to happen."""


class Town:
    """What clerks know in common.

    Attributes:
        tells: what they were told.
    """

    def __init__(self) -> None:
        self.tells: list[Told] = []
        self._known: list[tuple[float, Person]] = []
        self._turn = threading.Condition()
        self._to_write = 0

    def tell(self, told: Told) -> None:
        """Note an answer."""
        self.tells.append(told)
        if told.answer == ENROLLED:
            self._known.append((told.ended, (told.entry, told.body)))

    def have_written(self, turns: int, patience: float) -> bool:
        """Have the next turns of clerks, whoever's, be writes; tell whether all have begun after so many seconds.

        Few calls write, and what is about to happen is to meet some of them under way.
        """
        with self._turn:
            self._to_write = turns
            begun = self._turn.wait_for(lambda: not self._to_write, patience)
            self._to_write = 0
            return begun

    def is_to_write(self) -> bool:
        """Tell whether a turn is to be a write."""
        with self._turn:
            if not self._to_write:
                return False
            self._to_write -= 1
            self._turn.notify_all()
            return True

    def somebody(self, own: Sequence[Person], choice: random.Random) -> Person | None:
        """Return somebody whom this clerk, or long enough ago another, enrolled."""
        count = len(self._known)
        while count and self._known[count - 1][0] > time.monotonic() - SETTLED:
            count -= 1
        drawn = choice.randrange(count + len(own)) if count + len(own) else -1
        if drawn < 0:
            return None
        return self._known[drawn][1] if drawn < count else own[drawn - count]


class Clerk:
    """One at a counter.

    Args:
        place: of this one among the clerks, from 0.
        town: what clerks know.
        client: of the one server, or of several.
        servers: of each one alone, for what is done at two at once.
        seed: of what is drawn.
    """

    def __init__(self, place: int, town: Town, client: Client, servers: Sequence[Client], seed: int) -> None:
        self._place, self._town = place, town
        self._choice = random.Random(seed)
        self._client = client
        self._servers = servers
        self._pool = ThreadPoolExecutor(2)
        self._own: list[Person] = []
        self._to_add: list[Person] = []
        self._entries = place * ENTRIES

    def close(self) -> None:
        """Go home."""
        self._pool.shutdown()

    def work(self, pause: float, stop: threading.Event) -> None:
        """Make a call each ``pause`` seconds; one that is late goes on at once, but makes up for nothing."""
        names, weights = zip(*_MIX, strict=True)
        due = time.monotonic() + self._choice.uniform(0.0, pause)
        while not stop.wait(max(0.0, due - time.monotonic())):
            drawn = self._choice.choices(names, weights)[0]
            act = self._choice.choice(_WRITES) if self._town.is_to_write() else drawn
            due = max(due + pause * getattr(self, f"_{act}")(), time.monotonic() - 1.0)

    def enrol_first(self, count: int) -> None:
        """Enrol so many, that there is somebody to be verified; not all of them where the machine takes too long."""
        for _ in range(_TRIES * count):
            if len(self._own) < count:
                self._enrol()

    def _verify(self, times: int = 1, stranger: int = 0) -> int:
        person = self._town.somebody(self._own, self._choice)
        if person is None:
            return self._enrol()
        entry, body = person[0], person[1] + stranger
        asked = number_of(entry), [touch(body, 0, self._choice)], self._client.new_context(procedure=PROCEDURE)
        for _ in range(times):
            self._ask(self._client.verify, asked, _verified, act="verify", entry=entry, body=body)
        return times

    def _verify_stranger(self) -> int:
        return self._verify(stranger=STRANGERS)

    def _verify_twice(self) -> int:
        return self._verify(times=2)

    def _identify(self) -> int:
        person = self._town.somebody(self._own, self._choice)
        return self._identify_body(person[1]) if person else self._enrol()

    def _identify_stranger(self) -> int:
        return self._identify_body(STRANGERS + self._new_entry())

    def _identify_body(self, body: int) -> int:
        asked = touch(body, 0, self._choice), self._client.new_context(procedure=PROCEDURE)
        self._ask(self._client.identify, asked, found, act="identify", body=body)
        return 1

    def _read(self) -> int:
        person = self._town.somebody(self._own, self._choice)
        if person is None:
            return self._enrol()
        asked = [number_of(person[0])]
        read = partial(self._client.get_citizen, purpose=types_pb2.PURPOSE_TEST)
        self._ask(read, asked, _listed, act="read", entry=person[0], body=person[1])
        return 1

    def _enrol(self) -> int:
        entry = self._new_entry()
        self._enrol_at(self._client, entry, entry)
        return 1

    def _enrol_at(self, client: Client, entry: int, body: int) -> None:
        context = client.new_context()
        sample = finger(body, 0) if entry == body else touch(body, 0, random.Random(entry))
        asked = (number_of(entry), _DATA, [sample], context)
        told = self._ask(client.enrol, asked, _enrolled, act="enrol", entry=entry, body=body)
        if told.silent:  # as a clerk does who does not know
            told = self._ask(client.enrol, asked, _enrolled, act="enrol", entry=entry, body=body)
        if told.answer == ENROLLED:
            self._own.append((entry, body))
            self._to_add.append((entry, body))

    def _add(self) -> int:
        return self._add_finger(0) if self._to_add else self._enrol()

    def _add_of_another(self) -> int:
        return self._add_finger(-1) if len(self._own) > 1 else self._enrol()

    def _add_finger(self, whose: int) -> int:
        """Add the second finger; or the first of somebody else, which must not be taken."""
        if whose == 0:
            entry, body = self._to_add.pop(self._choice.randrange(len(self._to_add)))
            place = 1
        else:
            (entry, _), (_, body) = self._choice.sample(self._own, 2)
            place = 0
        shown = touch(body, place, self._choice)
        asked = (number_of(entry), [shown], self._client.new_context())
        self._ask(self._client.add_fingerprints, asked, _added, act="add", entry=entry, body=body, place=place)
        return 1

    def _twins(self) -> int:
        """Enrol one body under two numbers, at two servers in the same second."""
        first, second = self._new_entry(), self._new_entry()
        self._at_once((first, first), (second, first))
        return 2

    def _same_number(self) -> int:
        """Enrol two bodies under one number, likewise."""
        first, second = self._new_entry(), self._new_entry()
        self._at_once((first, first), (first, second))
        return 2

    def _at_once(self, *entries: tuple[int, int]) -> None:
        some = self._choice.sample(self._servers, 2) if len(self._servers) > 1 else [*self._servers] * 2
        both = zip(some, entries, strict=True)
        for call in [self._pool.submit(self._enrol_at, client, *entry) for client, entry in both]:
            call.result()

    def _bad(self) -> int:
        if not self._own:
            return self._enrol()
        client, choice, somebody = self._client, self._choice, number_of(self._own[0][0])
        wrong: list[tuple[Any, tuple[Any, ...]]] = [
            (client.verify, (somebody, [rubbish(choice)], client.new_context())),
            (client.verify, (somebody, [], client.new_context())),
            (client.enrol, ("123", _DATA, [touch(0, 0, choice)], client.new_context())),
            (client.enrol, (number_of(self._new_entry()), _DATA, [rubbish(choice)], client.new_context())),
            (client.identify, (touch(0, 0, choice), types_pb2.RequestContext(request_id="none"))),
        ]
        method, asked = choice.choice(wrong)
        self._ask(method, asked, lambda _: {"answer": "OK"}, act="bad")
        return 1

    def _new_entry(self) -> int:
        self._entries += 1
        return self._entries

    def _ask(self, method: Any, asked: Sequence[Any], read: Callable[[Any], dict[str, Any]], **known: Any) -> Told:
        told = ask(method, asked, read, clerk=self._place, **known)
        self._town.tell(told)
        return told


def ask(method: Any, asked: Sequence[Any], read: Callable[[Any], dict[str, Any]], **known: Any) -> Told:
    """Make a call of a client and return what was told."""
    began = time.monotonic()
    told: dict[str, Any]
    try:
        told = {"code": "OK", **read(method(*asked))}
    except ServiceError as error:
        told = {"code": error.code.name, "answer": error.reason}
    request = next((each.request_id for each in asked if isinstance(each, types_pb2.RequestContext)), "")
    return Told(began=began, ended=time.monotonic(), request=request, **known, **told)


def found(answer: verification_pb2.IdentifyResponse) -> dict[str, Any]:
    """Read the answer of a search."""
    return {
        "answer": _decision(answer.decision),
        "event": answer.audit_event,
        "subject": answer.candidates[0].subject_id if answer.candidates else "",
        "searched": answer.searched_fingers,
        "complete": answer.complete,
    }


def _verified(answer: verification_pb2.VerifyResponse) -> dict[str, Any]:
    return {"answer": _decision(answer.decision), "event": answer.audit_event}


def _listed(answer: enrolment_pb2.Citizen) -> dict[str, Any]:
    return {"answer": LISTED, "subject": answer.subject_id}


def _enrolled(answer: enrolment_pb2.EnrolCitizenResponse) -> dict[str, Any]:
    return {"answer": ENROLLED, "subject": answer.subject_id}


def _added(answer: enrolment_pb2.AddFingerprintsResponse) -> dict[str, Any]:
    return {"answer": ADDED, "subject": answer.subject_id}


def _decision(decision: types_pb2.Decision) -> str:
    return types_pb2.Decision.Name(decision).removeprefix("DECISION_")
