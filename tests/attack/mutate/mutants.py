"""Mutants: everything about one call, made of a seed and a number and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.attack.mutate.callers import NOBODY, WHO
from tests.attack.mutate.exemplars import Exemplars
from tests.attack.mutate.messages import Mutator
from tests.attack.mutate.rpcs import FOREIGN, RPCS, request_type
from tests.attack.mutate.values import random_bytes, random_text
from tests.e2e.permission_rows import ROWS

AT_THE_SOCKET = 0.03
"""Share of the calls that come over a real connection."""

STREAM = "idverify.v1.VerificationService/IdentifyStream"
_OURS = tuple(name for name in RPCS if name not in FOREIGN)
_SELDOM = {f"idverify.v1.GalleryService/{name}" for name in ("StartFindDuplicates", "StartRenewTemplates")}
_WEIGHTS = [3 if name in _SELDOM else 10 for name in _OURS]
"""They take ten times as long as any other."""

_MOST_SECONDS = {"idverify.v1.AuditService/CheckAuditTrail": 0.3}
"""Of what takes as long as there is more to look at."""

_HEADER_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_-."

Metadata = tuple[tuple[str, str | bytes], ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One call.

    Attributes:
        number: which.
        rpc: full name.
        who: whose certificate it comes with.
        bodies: its requests: one, or those of a stream.
        done: what is wrong with them.
        put_in: what must not come back.
        seconds: how long the client says it waits; None: it does not say.
        gone_after: steps of the event loop, or milliseconds at the socket, after which the client goes away; None: it
            does not.
        at_socket: it comes over a real connection.
        metadata: what it states beside the requests; other than the language at the socket only.
        pause: seconds on the clock of the service before it.
    """

    number: int
    rpc: str
    who: str
    bodies: tuple[bytes, ...]
    done: tuple[str, ...]
    put_in: tuple[bytes, ...]
    seconds: float | None
    gone_after: int | None
    at_socket: bool
    metadata: Metadata
    pause: float


def mutant(seed: int, number: int, exemplars: Exemplars) -> Mutant:
    """Return the mutant of a number."""
    random = Random(f"{seed}/{number}")
    at_socket = random.random() < AT_THE_SOCKET
    if at_socket and random.random() < 0.3:
        rpc = random.choice(FOREIGN)
    else:
        (rpc,) = random.choices(_OURS, _WEIGHTS)

    def other() -> bytes:
        return exemplars.of(random.choice(_OURS), random).SerializeToString()

    mutator = Mutator(random, other, exemplars.prints.files)
    bodies = tuple(_body(rpc, random, exemplars, mutator) for _ in range(_requests(rpc, random)))
    metadata = (*_language(random), *(_metadata(random, mutator) if at_socket else ()))
    return Mutant(
        number,
        rpc,
        _who(rpc, random, at_socket=at_socket),
        bodies,
        tuple(mutator.done),
        tuple(mutator.put_in),
        _seconds(rpc, random),
        random.randrange(12) if random.random() < 0.02 else None,
        at_socket,
        metadata,
        random.expovariate(1 / 20),
    )


def _body(rpc: str, random: Random, exemplars: Exemplars, mutator: Mutator) -> bytes:
    sound = exemplars.of(rpc, random).SerializeToString()
    return sound if random.random() < 0.1 else mutator.mutated(sound, request_type(rpc))


def _requests(rpc: str, random: Random) -> int:
    if rpc == STREAM or rpc in FOREIGN[-1:]:
        return random.randrange(5)
    return 0 if random.random() < 0.002 else 1


def _who(rpc: str, random: Random, *, at_socket: bool) -> str:
    choice = random.random()
    if choice < 0.75:
        return random.choice(("everything", "everything", "tester"))
    if choice < 0.9 and rpc in ROWS:
        able = [who for who in WHO if who in {role.value for role in ROWS[rpc].roles}]
        return random.choice(able or ["everything"])
    return random.choice(WHO if at_socket else (*WHO, NOBODY))


def _seconds(rpc: str, random: Random) -> float | None:
    longest = _MOST_SECONDS.get(rpc, 30.0)
    choice = random.random()
    if choice < 0.94:
        return longest
    return random.choice((0.0, 0.0, 1e-6, 1e-3, 0.003, longest, None if rpc not in _MOST_SECONDS else longest))


def _language(random: Random) -> Metadata:
    asked = random.choice(
        (None, None, "en", "vi-VN, en;q=0.8", "*;q=nan", "en;q=1e9", ";;,=,", "q" * 5000, "en;q=" + "9" * 400)
    )
    return () if asked is None else (("accept-language", asked),)


def _metadata(random: Random, mutator: Mutator) -> Metadata:
    """Return headers that gRPC lets through: it refuses others before they leave the client."""
    made: list[tuple[str, str | bytes]] = []
    for _ in range(random.choice((0, 0, 1, 2, 40))):
        name = random.choice(("x-request-id", "authorization", "traceparent", "x-forwarded-for", "cookie", ""))
        name = name or "x" + "".join(random.choices(_HEADER_LETTERS, k=random.randint(1, 30))).rstrip("-.")
        content = random_bytes(random) if random.random() < 0.4 else random_text(random).encode("ascii", "ignore")
        mutator.put_in.append(content)
        if random.random() < 0.4:
            made.append((f"{name}-bin", content))
        else:
            made.append((name.removesuffix("-bin"), content.hex()[:4000]))
    return tuple(made)
