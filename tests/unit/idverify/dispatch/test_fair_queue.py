"""What the queue counts as it goes is what a look at everybody who waits would find."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from idverify.dispatch.fair_queue import Errand, FairQueue, Priority, Ticket

CLIENTS = ("a", "b", "c")

steps = st.lists(
    st.tuples(
        st.sampled_from(["enter", "enter", "enter", "leave", "pop"]),
        st.sampled_from(Priority),
        st.sampled_from(CLIENTS),
        st.sampled_from([0.0, 0.25, 1.0, 4.0]),
    ),
    max_size=40,
)


@given(steps)
def test_after_any_steps(taken: list[tuple[str, Priority, str, float]]) -> None:
    queue = FairQueue()
    for step, priority, client, expected in taken:
        if step == "enter":
            queue.enter(Errand("m", priority, client, 0.0), expected).work = lambda: None
        elif step == "leave":
            waiting = list(queue)
            assert queue.leave(waiting[-1]) if waiting else True
        else:
            queue.pop()
        for urgency in Priority:
            as_looked_at(queue, urgency, list(queue))


def as_looked_at(queue: FairQueue, priority: Priority, everybody: list[Ticket]) -> None:
    assert everybody == sorted(everybody, key=lambda one: one.order)
    mine = [one for one in everybody if one.errand.priority is priority]
    assert queue.waiting(priority) == len(mine)
    counts = Counter(one.errand.client for one in mine)
    for client in CLIENTS:
        turn = queue.next_turn(priority, client)
        # A new call comes after all that have its turn.
        before = sum(one.expected for one in everybody if one.order[:2] <= (priority, turn))
        others = len(counts.keys() - {client})
        assert queue.ahead(priority, client) >= before
        assert others or queue.ahead(priority, client) == before
        last = queue.last_of_greediest(priority, client)
        most = max(counts.values(), default=0)
        assert (last is not None) == (most >= counts[client] + 2)
        if last is not None:
            assert counts[last.errand.client] == most
            assert last is [one for one in mine if one.errand.client == last.errand.client][-1]
