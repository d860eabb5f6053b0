"""What is worked on side by side cannot be told from one after another."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.mosip.abis.messages import Asked, Operation
from idverify.mosip.abis.ordering import InOrder, waits

INSERT, IDENTIFY, DELETE = Operation.INSERT, Operation.IDENTIFY, Operation.DELETE


def asked(operation: Operation, whom: str, request_id: str) -> Asked:
    return Asked(operation, operation.value, request_id, {"referenceId": whom})


@pytest.mark.parametrize(
    ("later", "earlier", "expected"),
    [
        (INSERT, INSERT, False),
        (INSERT, IDENTIFY, False),
        (INSERT, DELETE, False),
        (IDENTIFY, IDENTIFY, False),
        (IDENTIFY, INSERT, True),
        (IDENTIFY, DELETE, True),
        (DELETE, IDENTIFY, True),
        (DELETE, INSERT, False),
        (DELETE, DELETE, False),
    ],
)
def test_which_waits_for_which(later: Operation, earlier: Operation, expected: bool) -> None:
    assert waits(asked(later, "a", "1"), asked(earlier, "b", "2")) is expected
    assert waits(asked(later, "a", "1"), asked(earlier, "a", "2")), "the same person"
    assert waits(asked(later, "a", "1"), asked(earlier, "b", "1")), "the same request, handed over again"


def test_whoever_waits_for_nobody_goes_first() -> None:
    queue = InOrder[str]()
    for operation, whom in ((INSERT, "a"), (IDENTIFY, "a"), (INSERT, "b")):
        request = f"{operation.name} {whom}"
        queue.put(asked(operation, whom, request), request)
    with queue.next(0) as one, queue.next(0) as two, queue.next(0) as three:
        assert (one, two, three, len(queue)) == ("INSERT a", "INSERT b", None, 3)
    with queue.next(0) as last:
        assert (last, len(queue)) == ("IDENTIFY a", 1)
    with queue.next(0) as nothing:
        assert (nothing, len(queue)) == (None, 0)


REQUESTS = st.lists(st.tuples(st.sampled_from((INSERT, IDENTIFY, DELETE)), st.sampled_from("ab"), st.integers(0, 5)))


@given(REQUESTS, st.lists(st.booleans(), max_size=60))
def test_nothing_is_begun_before_what_it_waits_for_has_ended(
    requests: list[tuple[Operation, str, int]], ends: list[bool]
) -> None:
    queue = InOrder[int]()
    every = [asked(operation, whom, str(number)) for operation, whom, number in requests]
    for number, each in enumerate(every):
        queue.put(each, number)
    begun: list[int] = []
    ended: set[int] = set()
    working: list[tuple[int, ExitStack]] = []

    def end() -> None:
        first, ending = working.pop(0)
        ending.close()
        ended.add(first)

    for end_one in [*ends, *([False, True] * len(every))]:
        if end_one:
            if working:
                end()
            continue
        block = ExitStack()
        if (place := block.enter_context(queue.next(0))) is None:
            block.close()
            continue
        assert all(before in ended for before in range(place) if waits(every[place], every[before]))
        begun.append(place)
        working.append((place, block))
    while working:
        end()
    assert sorted(begun) == list(range(len(every)))
    assert len(queue) == 0
