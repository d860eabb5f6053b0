"""A witness cosigns what goes on, by HTTP and by files, and nothing that was taken back or forked."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from idverify.commands.log.witness_server import witness_server
from idverify.domain.errors import StoredDataError
from idverify.trust.log.asking import (
    Door,
    FolderDoor,
    HttpDoor,
    Prove,
    WitnessAsked,
    WitnessSilentError,
    answer_in_folder,
)
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.keys import LogKeys
from idverify.trust.log.merkle import EMPTY_ROOT
from idverify.trust.log.notes import Note, Signature, cosigned, signed
from idverify.trust.log.witness import Answer, Request, Witness, origin_hash
from tests import tlog_reference as reference
from tests.log_kit import LOG, LOG_KEY, WITNESS, WITNESS_KEY, Grown
from tests.unit.idverify.records.owners.test_bounded_http import DRIPPING, ENDLESS, Odd, Send
from tests.waiting import PATIENCE

GROWN = Grown([number.to_bytes(32) for number in range(50)])
FORKED = Grown([number.to_bytes(32) for number in range(100, 150)])
KEYS = LogKeys(LOG_KEY.name, LOG)
NOW = 1_750_000_000

Way = Callable[[Witness, Path], AbstractContextManager[Door]]


def note_of(size: int, grown: Grown = GROWN, origin: str = LOG_KEY.name) -> Note:
    text = Checkpoint(origin, size, grown.roots[size]).text()
    return Note(text, (signed(text, origin, LOG),))


def request(old: int, new: int, grown: Grown = GROWN) -> bytes:
    path = grown.tree(new).consistency(old) if old <= new else []
    return str(Request(old, tuple(path), note_of(new, grown))).encode()


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    return Witness(tmp_path / "witness", "witness.example", [LOG_KEY], lambda: NOW)


def test_what_goes_on_is_cosigned(witness: Witness, tmp_path: Path) -> None:
    for old, new in ((0, 3), (3, 3), (3, 20), (20, 50)):
        answer = witness.add_checkpoint(request(old, new))
        assert answer.status is HTTPStatus.OK
        seen = reference.checkpoint(f"{note_of(new)}{answer.text}", str(LOG_KEY), str(witness.key))
        assert (seen.size, seen.seen) == (new, {"witness.example": NOW})
    kept = witness.checkpoint(hashlib.sha256(LOG_KEY.name.encode()).hexdigest())
    assert reference.checkpoint(kept.text, str(LOG_KEY), str(witness.key)).size == 50
    # It remembers, and has one key.
    again = Witness(tmp_path / "witness", "witness.example", [LOG_KEY], lambda: NOW)
    assert again.key == witness.key
    assert again.add_checkpoint(request(0, 50)) == Answer(HTTPStatus.CONFLICT, "50\n", "text/x.tlog.size")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff", 400),
        (request(0, 7).replace(b"old 0", b"old 00"), 400),
        (request(9, 8), 400),
        (request(7, 9).replace(b"\n\n", b"\n" * 3), 400),
        (str(Request(7, (), note_of(9, origin="log.example/2"))).encode(), 404),
        (str(Request(7, (), Note(note_of(9).text, note_of(8).signatures))).encode(), 403),
        (str(Request(7, (), Note(note_of(9).text, (Signature("other", b"1234", b"5"),)))).encode(), 403),
        (request(0, 9), 409),
        (request(5, 9), 409),
        (request(7, 9, FORKED), 422),
        (request(7, 7, FORKED), 422),
        (str(Request(7, (b"\0" * 32,), note_of(9))).encode(), 422),
    ],
)
def test_nothing_else_is_cosigned(witness: Witness, body: bytes, status: int) -> None:
    witness.add_checkpoint(request(0, 7))
    assert witness.add_checkpoint(body).status == status
    assert witness.add_checkpoint(request(7, 9)).status is HTTPStatus.OK


def test_an_empty_log_has_one_root(witness: Witness) -> None:
    text = Checkpoint(LOG_KEY.name, 0, b"\1" * 32).text()
    wrong = Note(text, (signed(text, LOG_KEY.name, LOG),))
    assert witness.add_checkpoint(str(Request(0, (), wrong)).encode()).status == 422
    assert GROWN.roots[0] == EMPTY_ROOT
    assert witness.add_checkpoint(request(0, 0)).status is HTTPStatus.OK


def test_of_two_at_once_one_is_cosigned(witness: Witness) -> None:
    witness.add_checkpoint(request(0, 7))
    bodies = [request(7, 9), request(7, 20), request(7, 30)]
    with ThreadPoolExecutor(3) as pool:
        found = [answer.status for answer in pool.map(witness.add_checkpoint, bodies)]
    assert sorted(found) == [200, 409, 409]


@given(st.binary() | st.just(request(3, 9)), st.data())
def test_any_request_is_answered(body: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(body)))
    changed = body[:cut] + data.draw(st.binary(max_size=2)) + body[cut + data.draw(st.integers(0, 2)) :]
    with suppress(LogFormatError, UnicodeDecodeError):
        assert str(Request.parse(changed.decode())).encode() == changed


@contextmanager
def by_http(witness: Witness, _: Path) -> Iterator[HttpDoor]:
    with witness_server("127.0.0.1", 0, witness) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield HttpDoor(f"http://127.0.0.1:{server.server_address[1]}/")
        server.shutdown()
        thread.join(PATIENCE)


@pytest.mark.parametrize("send", [*ENDLESS, *DRIPPING])
def test_a_witness_that_does_not_come_to_an_end_is_silent(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """The publisher goes on, and the service can end."""
    monkeypatch.setattr("idverify.trust.log.asking.SECONDS", PATIENCE if send in ENDLESS else 0.2)
    server = Odd(send, send)
    server.sends[b"/add-checkpoint"] = send
    try:
        with pytest.raises(WitnessSilentError):
            HttpDoor(server.address).ask(b"checkpoint")
    finally:
        server.close()


@contextmanager
def by_folder(witness: Witness, folder: Path) -> Iterator[FolderDoor]:
    ended = threading.Event()

    def answer() -> None:
        while not ended.is_set():
            if not answer_in_folder(folder, witness):
                time.sleep(0.01)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield FolderDoor(folder)
    ended.set()
    thread.join(PATIENCE)


def prove(new: int, grown: Grown = GROWN) -> Prove:
    def proof(old: int) -> Sequence[bytes]:
        return grown.tree(new).consistency(old)

    return proof


@pytest.mark.parametrize("way", [by_http, by_folder])
def test_a_log_asks_for_cosignatures(witness: Witness, tmp_path: Path, way: Way) -> None:
    with way(witness, tmp_path) as door:
        asked = WitnessAsked(witness.key, door)
        for size in (7, 7, 50):
            line = asked.cosignature(note_of(size), KEYS, prove(size))
            assert note_of(size).with_signatures([line]).verified([witness.key]) == [(witness.key, NOW)]
        # One that was started again asks how far the witness is.
        started = WitnessAsked(witness.key, door)
        assert started.cosignature(note_of(50), KEYS, prove(50)).is_by(witness.key)
        with pytest.raises(StoredDataError, match="has seen the log with 50 entries, and it has 20"):
            WitnessAsked(witness.key, door).cosignature(note_of(20), KEYS, prove(20))
        with pytest.raises(StoredDataError, match="another log of this name"):
            asked.cosignature(note_of(50, FORKED), KEYS, prove(50, FORKED))
        stranger = WitnessAsked(WITNESS_KEY, door)
        with pytest.raises(WitnessSilentError, match="no cosignature of its own"):
            stranger.cosignature(note_of(50), KEYS, prove(50))


def test_a_witness_that_does_not_know_the_log_is_silent(tmp_path: Path) -> None:
    stranger = Witness(tmp_path / "w", "witness.example", [], lambda: NOW)

    with pytest.raises(WitnessSilentError, match="with the status 404"):
        WitnessAsked(stranger.key, Here(stranger)).cosignature(note_of(7), KEYS, prove(7))
    with pytest.raises(WitnessSilentError, match="what is no size"):
        WitnessAsked(stranger.key, Says("no size")).cosignature(note_of(7), KEYS, prove(7))


class Here:
    """To a witness in this process."""

    def __init__(self, witness: Witness) -> None:
        self.witness = witness

    def ask(self, body: bytes) -> Answer:
        return self.witness.add_checkpoint(body)

    def last(self, origin: str) -> str:
        return self.witness.checkpoint(origin_hash(origin)).text


class Says:
    """To one that refuses, and shows something."""

    def __init__(self, text: str, shown: str = "", status: HTTPStatus = HTTPStatus.CONFLICT) -> None:
        self.answer, self.shown = Answer(status, text), shown

    def ask(self, body: bytes) -> Answer:
        assert body
        return self.answer

    def last(self, origin: str) -> str:
        assert origin == LOG_KEY.name
        return self.shown


THIEF = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)


def shown(size: int, log: Ed25519PrivateKey = LOG, witness: Ed25519PrivateKey = WITNESS, grown: Grown = GROWN) -> str:
    text = Checkpoint(LOG_KEY.name, size, grown.roots[size]).text()
    return str(Note(text, (signed(text, LOG_KEY.name, log), cosigned(text, WITNESS_KEY.name, witness, NOW))))


@pytest.mark.parametrize("status", [HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY])
@pytest.mark.parametrize(
    "proof",
    [
        "",
        "no note",
        str(note_of(50)),
        shown(50, THIEF),
        shown(50, witness=THIEF),
        shown(50).replace("log.example/1\n50", "log.example/1\n49"),
        shown(20),
        shown(7),
        shown(0),
    ],
    ids=["nothing", "no note", "not cosigned", "not the log's", "not its own", "changed", "the same", "older", "empty"],
)
def test_a_witness_that_only_says_so_is_not_believed(status: HTTPStatus, proof: str) -> None:
    with pytest.raises(WitnessSilentError, match="and shows no checkpoint of it"):
        WitnessAsked(WITNESS_KEY, Says("50\n", proof, status)).cosignature(note_of(20), KEYS, prove(20))


@pytest.mark.parametrize(
    ("proof", "said"),
    [(shown(50), "with 50 entries, and it has 20"), (shown(7, grown=FORKED), "another log of this name")],
)
def test_one_that_shows_it_is(proof: str, said: str) -> None:
    with pytest.raises(StoredDataError, match=said):
        WitnessAsked(WITNESS_KEY, Says("50\n", proof)).cosignature(note_of(20), KEYS, prove(20))


def test_another_address_may_show_what_was_cosigned(witness: Witness, tmp_path: Path) -> None:
    witness.add_checkpoint(request(0, 50))
    with by_http(witness, tmp_path) as door:
        asked = WitnessAsked.of(f"{witness.key} {door._url.removesuffix('/add-checkpoint')} http://127.0.0.1:9/else")
        with pytest.raises(WitnessSilentError, match="shows no checkpoint"):
            asked.cosignature(note_of(20), KEYS, prove(20))


def test_a_witness_that_is_not_there_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idverify.trust.log.asking.SECONDS", 0.2)
    for place in ("http://127.0.0.1:9", str(tmp_path)):
        asked = WitnessAsked.of(f"{WITNESS_KEY} {place}")
        with pytest.raises(WitnessSilentError):
            asked.cosignature(note_of(7), KEYS, prove(7))


@pytest.mark.parametrize("text", ["", str(WITNESS_KEY), f"{LOG_KEY} /folder", f"{WITNESS_KEY} "])
def test_what_names_no_witness_is_refused(text: str) -> None:
    with pytest.raises(LogFormatError):
        WitnessAsked.of(text)


def test_the_server_of_a_witness_answers_what_the_protocol_has(witness: Witness, tmp_path: Path) -> None:
    with by_http(witness, tmp_path) as door:
        prefix = door._url.removesuffix("/add-checkpoint")
        origin = hashlib.sha256(LOG_KEY.name.encode()).hexdigest()
        assert httpx2.get(f"{prefix}/{origin}/checkpoint").status_code == 404
        assert httpx2.post(f"{prefix}/add-checkpoint", content=request(0, 7)).text.startswith("\N{EM DASH} ")
        conflict = httpx2.post(f"{prefix}/add-checkpoint", content=request(0, 9))
        assert (conflict.headers["content-type"], conflict.text) == ("text/x.tlog.size", "7\n")
        assert "\n7\n" in httpx2.get(f"{prefix}/{origin}/checkpoint").text
        assert httpx2.get(f"{prefix}/..%2f{origin}/checkpoint").status_code == 404
        assert httpx2.get(f"{prefix}/else").status_code == 404
        assert httpx2.post(f"{prefix}/else", content=b"").status_code == 400
