"""A slow verifier of transparency logs, written from RFC 6962 and the formats of C2SP: shares nothing with ours.

Trees are hashed whole and by recursion, as RFC 6962 section 2.1 defines them; texts are cut line by line.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class RefusedError(Exception):
    """Something does not hold."""


def require(holds: object, what: str) -> None:
    if not holds:
        raise RefusedError(what)


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def mth(entries: list[bytes]) -> bytes:
    """Merkle Tree Hash of a list of entries."""
    if not entries:
        return sha256(b"")
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0])
    k = split(len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def audit_path(m: int, entries: list[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*audit_path(m, entries[:k]), mth(entries[k:])]
    return [*audit_path(m - k, entries[k:]), mth(entries[:k])]


def consistency_path(m: int, entries: list[bytes]) -> list[bytes]:
    return subproof(m, entries, complete=True) if 0 < m < len(entries) else []


def subproof(m: int, entries: list[bytes], *, complete: bool) -> list[bytes]:
    if m == len(entries):
        return [] if complete else [mth(entries)]
    k = split(len(entries))
    if m <= k:
        return [*subproof(m, entries[:k], complete=complete), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], complete=False), mth(entries[:k])]


def root_by_path(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """Root of a tree of ``size`` that has ``leaf`` at ``index``, if the path is right."""
    if size == 1:
        require(not path, "the path is too long")
        return leaf
    require(path, "the path is too short")
    k = split(size)
    if index < k:
        return sha256(b"\x01" + root_by_path(index, k, leaf, path[:-1]) + path[-1])
    return sha256(b"\x01" + path[-1] + root_by_path(index - k, size - k, leaf, path[:-1]))


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> bool:
    """Tell whether a path proves that a tree goes on from an earlier one: RFC 9162, section 2.1.4.2."""
    if not 0 < old < new:
        return not path and old <= new and old_root == (new_root if old == new else sha256(b""))
    if old & (old - 1) == 0:
        path = [old_root, *path]
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = sha256(b"\x01" + c + fr), sha256(b"\x01" + c + sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = sha256(b"\x01" + sr + c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and (fr, sr) == (old_root, new_root)


@dataclass
class Signed:
    """A checkpoint whose log signature holds, and the times at which witnesses have seen it."""

    size: int
    root: bytes
    seen: dict[str, int]


def checkpoint(text: str, log_key: str, *witness_keys: str) -> Signed:
    cut = text.rindex("\n\n")
    body, signatures = text[: cut + 1], text[cut + 2 :].splitlines()
    origin, size, root = body.splitlines()[:3]
    log, *witnesses = map(verifier_key, (log_key, *witness_keys))
    require(origin == log[0], "another log")
    signed, seen = False, {}
    for line in signatures:
        dash, name, encoded = line.split(" ")
        require(dash == "\N{EM DASH}", "no dash")
        content = base64.b64decode(encoded, validate=True)
        if (name, content[:4]) == log[:2]:
            Ed25519PublicKey.from_public_bytes(log[2]).verify(content[4:], body.encode())
            signed = True
        for known, key_id, public in witnesses:
            if (name, content[:4]) == (known, key_id):
                seen[name] = int.from_bytes(content[4:12])
                message = f"cosignature/v1\ntime {seen[name]}\n{body}"
                Ed25519PublicKey.from_public_bytes(public).verify(content[12:], message.encode())
    require(signed, "not signed by the log")
    return Signed(int(size), base64.b64decode(root), seen)


def verifier_key(text: str) -> tuple[str, bytes, bytes]:
    name, key_id, content = text.split("+", 2)
    material = base64.b64decode(content)
    require(sha256(name.encode() + b"\n" + material)[:4].hex() == key_id, "the id of the key")
    return name, bytes.fromhex(key_id), material[1:]


def proven(proof: str, log_key: str, *witness_keys: str) -> dict[str, object]:
    """Check a proof; return what it says of the event."""
    head, signed = proof.split("\n\n", 1)
    format_, extra, index, *path = head.splitlines()
    require(format_ == "c2sp.org/tlog-proof@v1", "another format")
    state = checkpoint(signed, log_key, *witness_keys)
    require(state.seen.keys() == {key.split("+")[0] for key in witness_keys}, "not cosigned")
    opened = json.loads(base64.b64decode(extra.removeprefix("extra ")))
    told = part(opened["told"], opened["told_salt"])
    kept = part(opened["kept"], opened["kept_salt"]) if "kept" in opened else base64.b64decode(opened["kept_digest"])
    entry = sha256(b"idverify log entry v1\n" + told + kept)
    place = int(index.removeprefix("index "))
    require(place < state.size, "the index is outside")
    found = root_by_path(place, state.size, sha256(b"\x00" + entry), [base64.b64decode(line) for line in path])
    require(found == state.root, "not in the log")
    event: dict[str, object] = json.loads(opened["told"])
    if "kept" in opened:
        event["subject_id"] = json.loads(opened["kept"])["subject_id"]
    return event


def part(text: str, salt: str) -> bytes:
    return hmac.digest(base64.b64decode(salt), text.encode(), "sha256")


def entries_of(folder: Path, size: int) -> list[bytes]:
    """Entries of a log that is published in a folder."""
    entries: list[bytes] = []
    while len(entries) < size:
        number = len(entries) // 256
        path = f"{number % 1000:03}"
        while number := number // 1000:
            path = f"x{number % 1000:03}/{path}"
        width = min(256, size - len(entries))
        bundle = (folder / "tile/entries" / (path if width == 256 else f"{path}.p/{width}")).read_bytes()
        hashes = (folder / "tile/0" / (path if width == 256 else f"{path}.p/{width}")).read_bytes()
        read = []
        while bundle:
            length = int.from_bytes(bundle[:2])
            read.append(bundle[2 : 2 + length])
            bundle = bundle[2 + length :]
        require(len(read) == width, "a bundle of another width")
        require(hashes == b"".join(sha256(b"\x00" + entry) for entry in read), "a tile of other entries")
        entries += read
    return entries
