"""The proof checker of the auditor's page: what it shows, and that nothing in a proof may be changed."""

from __future__ import annotations

from typing import Any

import pytest

from idverify.trust.audit_chain import canonical
from idverify.trust.log.encoding import encoded
from idverify.trust.log.entries import Opening, Part
from idverify.trust.log.notes import VerifierKey
from idverify.trust.log.proof_file import ProofFile
from idverify.trust.log.verifying import ProofRejectedError, verify_proof
from tests.golden.make_proofs import make
from tests.log_kit import LOG_KEY, WITNESS_KEY
from tests.page.modules import module, said_by_node
from tests.places import GOLDEN

FILES = {path.name: path.read_bytes().decode() for path in (GOLDEN / "proofs").iterdir()}
TOLD, WHOLE, KEY, WITNESS = (FILES[n] for n in ("told.tlog-proof", "whole.tlog-proof", "log.key", "witness.key"))

CHECK = f"""
import {{ checkProof }} from "{module("auditor/proof.js")}";
const answers = [];
for (const one of given) {{
  const content = Buffer.from(one.content, "latin1");
  try {{
    answers.push(await checkProof(content, one.keys, {{ witnesses: one.witnesses, assertion: one.assertion }}));
  }} catch (error) {{
    if (error.name !== "ProofRefused") throw error;
    answers.push(error.reason);
  }}
}}
console.log(JSON.stringify(answers));
"""

EVERY_BYTE = f"""
import {{ checkProof }} from "{module("auditor/proof.js")}";
const missed = [];
for (const [text, flip] of given.contents) {{
  const content = Buffer.from(text, "utf8");
  for (let place = 0; place < content.length; place++) {{
    const changed = Buffer.from(content);
    changed[place] ^= flip;
    try {{
      await checkProof(changed, given.keys, {{ witnesses: given.witnesses }});
      missed.push([place, flip]);
    }} catch (error) {{
      if (error.name !== "ProofRefused") throw error;
    }}
  }}
}}
console.log(JSON.stringify(missed));
"""


def asked(
    text: str, *, keys: tuple[str, ...] = (KEY,), witnesses: tuple[str, ...] = (), assertion: str | None = None
) -> Any:
    content = text.encode("utf-8", "surrogateescape").decode("latin1")
    return {"content": content, "keys": keys, "witnesses": witnesses, "assertion": assertion}


def test_golden_proofs_are_what_they_were() -> None:
    assert make() == FILES


def test_what_holds_is_shown_as_the_service_shows_it() -> None:
    assertion = FILES["assertion.jwt"]
    told, whole = said_by_node(
        CHECK, [asked(TOLD, witnesses=(WITNESS,), assertion=assertion), asked(WHOLE, assertion=f" {assertion}\n")]
    )
    for shown, text, witnesses in ((told, TOLD, [WITNESS_KEY]), (whole, WHOLE, [])):
        proven = verify_proof(text.encode(), [LOG_KEY], witnesses, assertion.encode())
        assert shown["event"] == proven.event
        assert (shown["index"], shown["size"], shown["origin"]) == ("4", "11", LOG_KEY.name)
        assert (shown["root"], shown["signedBy"]) == (encoded(proven.checkpoint.root), [KEY])
        assert shown["passedOver"] == proven.passed_over
        assert [(each["name"], each["time"]) for each in shown["witnessed"]] == [
            (name, time.strftime("%Y-%m-%dT%H:%M:%S.000Z")) for name, time in proven.witnessed
        ]
    assert [told["whole"], whole["whole"]] == [False, True]


def test_no_byte_may_be_changed() -> None:
    given = {"contents": [(TOLD, 1), (WHOLE, 0x20)], "keys": [KEY], "witnesses": [WITNESS]}
    assert said_by_node(EVERY_BYTE, given) == []


def opened_as(told: str, kept: str) -> str:
    """Return a proof that holds another event, written as it is given."""
    file = ProofFile.parse(WHOLE)
    extra = Opening(Part(told, b"\x01" * 32), Part(kept, b"\x02" * 32)).as_extra()
    return str(ProofFile(file.index, file.path, file.checkpoint, extra))


EVENT: tuple[dict[str, Any], dict[str, Any]] = (
    {"details": {}, "outcome": "MATCH"},
    {"details": {"score": 1}, "subject_id": "s"},
)
LONG = "x" * (1 << 22)
CASES = [
    (asked("\udcff"), "PROOF_MALFORMED"),
    (asked(""), "PROOF_MALFORMED"),
    (asked(f"\ufeff{TOLD}"), "PROOF_MALFORMED"),
    (asked(TOLD + LONG), "PROOF_MALFORMED"),
    (asked(TOLD.replace("index 4", "index 04")), "PROOF_MALFORMED"),
    (asked(TOLD.replace("index 4", "index -4")), "PROOF_MALFORMED"),
    (asked(TOLD.replace("index 4", "index")), "PROOF_MALFORMED"),
    (asked(TOLD.replace("index 4", "index 9999999999999999999")), "PROOF_MALFORMED"),
    (asked(TOLD.replace("index 4", "index 4" + f"\n{encoded(bytes(32))}" * 64)), "PROOF_MALFORMED"),
    (asked(TOLD.replace("tlog-proof@v1", "tlog-proof@v2")), "PROOF_MALFORMED"),
    (asked("\n".join([TOLD.split("\n")[0], *TOLD.split("\n")[2:]])), "PROOF_MALFORMED"),
    (asked(TOLD[:-1]), "PROOF_MALFORMED"),
    (asked(TOLD.replace("index 4", "index 3")), "PROOF_NOT_IN_LOG"),
    (asked(TOLD.replace("index 4", "index 11")), "PROOF_NOT_IN_LOG"),
    (asked(TOLD.replace("\n11\n", "\n12\n")), "PROOF_SIGNATURE_INVALID"),
    (asked(TOLD, keys=(WITNESS,)), "PROOF_NOT_SIGNED"),
    (asked(TOLD, keys=()), "PROOF_NOT_SIGNED"),
    (
        asked(TOLD, witnesses=(str(VerifierKey("another.example", WITNESS_KEY.kind, WITNESS_KEY.public)),)),
        "PROOF_NOT_WITNESSED",
    ),
    (asked(TOLD, assertion="eyJh.eyJq.c2lo"), "PROOF_OF_ANOTHER_ASSERTION"),
    (asked(TOLD, keys=("a+b",)), "KEY_MALFORMED"),
    (asked(TOLD, keys=(KEY.replace("+", "+0", 1),)), "KEY_MALFORMED"),
    (asked(opened_as(*map(canonical, EVENT))), "PROOF_NOT_IN_LOG"),
    (asked(opened_as(canonical(EVENT[0]), canonical(EVENT[1] | {"outcome": "NO_MATCH"}))), "PROOF_MALFORMED"),
    (
        asked(opened_as(canonical(EVENT[0]), canonical(EVENT[1] | {"details": {"assertion_sha256": "00"}}))),
        "PROOF_MALFORMED",
    ),
    (asked(opened_as(canonical(EVENT[0] | {"details": {"score": 2}}), canonical(EVENT[1]))), "PROOF_MALFORMED"),
    (asked(opened_as(canonical(EVENT[0] | {"subject_id": "t"}), canonical(EVENT[1]))), "PROOF_MALFORMED"),
    (asked(opened_as('{"details":{},"outcome":"NO_MATCH","outcome":"MATCH"}', canonical(EVENT[1]))), "PROOF_MALFORMED"),
    (asked(opened_as('{"details": {}}', canonical(EVENT[1]))), "PROOF_MALFORMED"),
    (asked(opened_as('{"outcome":"MATCH","details":{}}', canonical(EVENT[1]))), "PROOF_MALFORMED"),
    (asked(opened_as('{"details":{},"outcome":"\\u004dATCH"}', canonical(EVENT[1]))), "PROOF_MALFORMED"),
    (asked(opened_as('{"details":[]}', canonical(EVENT[1]))), "PROOF_MALFORMED"),
    (asked(opened_as("[" * 9999, canonical(EVENT[1]))), "PROOF_MALFORMED"),
]


def test_each_refusal_has_its_reason() -> None:
    answers = said_by_node(CHECK, [case for case, _ in CASES])
    assert [answer if isinstance(answer, str) else "HOLDS" for answer in answers] == [reason for _, reason in CASES]


@pytest.mark.parametrize("case", [case for case, reason in CASES if reason != "KEY_MALFORMED"])
def test_the_service_refuses_the_same(case: dict[str, Any]) -> None:
    keys, witnesses = ([VerifierKey.parse(key) for key in case[name]] for name in ("keys", "witnesses"))
    with pytest.raises(ProofRejectedError) as refused:
        verify_proof(case["content"].encode("latin1"), keys, witnesses, (case["assertion"] or "").encode() or None)
    assert refused.value.flaw.value == next(reason for one, reason in CASES if one is case)


def test_what_the_service_writes_is_read() -> None:
    values = [
        0.1,
        1e-05,
        1e16,
        -2.5,
        0,
        -7,
        2**53 + 1,
        'hồ sơ \u007f\x1f"\\/\b\f\n\r\t\U0001f642\ud800',
        [],
        {},
        True,
        None,
    ]
    content = {"values": values, "\ufb33": 1, "\U0001f642": 2, "__proto__": 3, "a": 4}
    script = f"""
import {{ parseCanonical }} from "{module("auditor/canonical_json.js")}";
const found = parseCanonical(given);
console.log(JSON.stringify([Object.keys(found), found.values.slice(0, 8).map(String), found["__proto__"]]));
"""
    names, read, proto = said_by_node(script, canonical(content))
    assert (names, proto) == (sorted(content), 3)
    assert read[:7] == ["0.1", "0.00001", "10000000000000000", "-2.5", "0", "-7", str(2**53 + 1)]
    assert read[7] == values[7]
