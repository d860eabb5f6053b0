"""What an answer does that comes when its transaction was left: the modules of the counter, in Node."""

from __future__ import annotations

from tests.page.modules import module, said_by_node

AROUND = f"""
const kept = new Map();
globalThis.sessionStorage = {{
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, text) => kept.set(name, text),
  removeItem: (name) => kept.delete(name),
}};
const {{ forget, keep, keptTransaction, Left, moved, state }} = await import("{module("counter/state.js")}");
const {{ end }} = await import("{module("counter/calls.js")}");
const say = (value) => console.log(JSON.stringify(value));
"""


def test_an_answer_about_a_transaction_that_was_left_moves_nothing_of_the_next() -> None:
    script = """
    keep({ transactionId: "first", nonce: "n1" });
    moved({ transactionId: "first", step: "1" });
    forget();
    const late = [];
    const come = () => {
      try { moved({ transactionId: "first", step: "2" }); } catch (error) { late.push(error instanceof Left); }
    };
    come();
    const between = keptTransaction();
    keep({ transactionId: "second", nonce: "n2" });
    moved({ transactionId: "second", step: "7" });
    come();
    say([late, between, keptTransaction(), state.standing.step]);
    """
    late, between, kept, step = said_by_node(AROUND + script, None)
    assert (late, between) == ([True, True], None)
    assert (kept, step) == ({"transactionId": "second", "nonce": "n2", "step": "7"}, "7")


def test_a_transaction_ends_where_it_stands_by_now_or_why_not_is_told() -> None:
    script = """
    const asked = [];
    let standing = "2"; // a print was taken meanwhile, whose answer is on its way
    globalThis.fetch = async (path, { body }) => {
      asked.push([path, body ? JSON.parse(body) : null]);
      const answer = (status, told) => new Response(JSON.stringify(told), { status });
      if (!body) return answer(200, { standing: { transactionId: "t", step: standing } });
      const refused = (reason, field) => answer(400, { reason, metadata: { field } });
      if (given.refused) return refused(given.refused, given.field);
      if (JSON.parse(body).step.step !== standing) return refused("TRANSACTION_MISMATCH", "step");
      return answer(200, { standing: { transactionId: "t", step: "3" } });
    };
    keep({ transactionId: "t", nonce: "n", step: "1" });
    const reason = await end({ consentRefused: true }).then(() => "", (error) => error.reason);
    say([reason, asked]);
    """
    reason, asked = said_by_node(AROUND + script, {"refused": None})
    assert (reason, [path for path, _ in asked]) == ("", [ENDING, "/v1/transactions/t", ENDING])
    assert asked[-1][1] == {"step": {"transactionId": "t", "nonce": "n", "step": "2"}, "consentRefused": True}
    reason, asked = said_by_node(AROUND + script, {"refused": "CLIENT_NOT_ENTITLED", "field": ""})
    assert (reason, len(asked)) == ("CLIENT_NOT_ENTITLED", 1)
    reason, asked = said_by_node(AROUND + script, {"refused": "TRANSACTION_MISMATCH", "field": "step"})
    assert (reason, len(asked)) == ("TRANSACTION_MISMATCH", 5)


ENDING = "/v1/transactions/t:end"
