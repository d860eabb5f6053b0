"""Sign-ins that portals ask for: rows that live for minutes, sealed, and found by keyed digests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from idverify.domain.errors import StoredDataError
from idverify.domain.model import SignIn, SignInState
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.tables import AnyRow, sign_ins
from idverify.storage.vault import Vault
from idverify.trust.sealing import seal, unseal

_IN_ROW = ("sign_in_id", "request_digest", "number_digest", "client", "expires")


class SignInsView:
    """Sign-ins, read-only."""

    _hold = False

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def get(self, sign_in_id: str) -> SignIn | None:
        """Return one by the name that counters know; in a transaction that writes, held until its end."""
        return self._one(sign_ins.c.sign_in_id == sign_in_id)

    def asked_by(self, request_digest: bytes) -> SignIn | None:
        """Return one by the name that its portal knows; in a transaction that writes, held until its end."""
        return self._one(sign_ins.c.request_digest == request_digest)

    def of_number(self, number_digest: bytes, now: datetime) -> Sequence[SignIn]:
        """Return those that a portal asked for by a number and that have time left, oldest first."""
        wanted = (sign_ins.c.number_digest == number_digest) & (sign_ins.c.expires > now)
        query = select(sign_ins).where(wanted).order_by(sign_ins.c.expires, sign_ins.c.sign_in_id)
        return [self._sign_in(row) for row in self._connection.execute(query).all()]

    def open_of(self, client: str, now: datetime) -> int:
        """Return how many of a portal have time left."""
        wanted = (sign_ins.c.expires > now) & (sign_ins.c.client == client)
        return self._connection.execute(select(func.count()).select_from(sign_ins).where(wanted)).scalar_one()

    def any_before(self, before: datetime) -> bool:
        """Tell whether some expired before then."""
        query = select(sign_ins.c.sign_in_id).where(sign_ins.c.expires < before).limit(1)
        return self._connection.execute(query).first() is not None

    def put(self, sign_in: SignIn) -> None:
        """Refuse."""
        del sign_in
        raise refuse_write()

    def remove(self, sign_in_id: str) -> None:
        """Refuse."""
        del sign_in_id
        raise refuse_write()

    def forget(self, before: datetime) -> None:
        """Refuse."""
        del before
        raise refuse_write()

    def _one(self, wanted: ColumnElement[bool]) -> SignIn | None:
        query = select(sign_ins).where(wanted)
        row = self._connection.execute(query.with_for_update() if self._hold else query).one_or_none()
        return None if row is None else self._sign_in(row)

    def _sign_in(self, row: AnyRow) -> SignIn:
        body = unseal(self._vault.service_key, row.body_sealed, *_place(row.sign_in_id, row.client))
        with decoding("sign-in"):
            found = _read(row, body)
        if (found.request_digest, found.number_digest) != (row.request_digest, row.number_digest):
            raise StoredDataError("a sign-in was made another's")
        return found


class SqlSignIns(SignInsView):
    """Sign-ins, read and written in one transaction of the database."""

    _hold = True

    def __init__(self, connection: Connection, vault: Vault) -> None:
        super().__init__(connection, vault)
        self.replaced = False

    def put(self, sign_in: SignIn) -> None:
        """Store how one stands now."""
        self.remove(sign_in.sign_in_id)
        row = {name: getattr(sign_in, name) for name in _IN_ROW}
        place = _place(sign_in.sign_in_id, sign_in.client)
        row["body_sealed"] = seal(self._vault.service_key, _written(sign_in), *place)
        self._connection.execute(insert(sign_ins).values(row))

    def remove(self, sign_in_id: str) -> None:
        """Forget one."""
        self._gone(sign_ins.c.sign_in_id == sign_in_id)

    def forget(self, before: datetime) -> None:
        """Forget those that expired before then."""
        self._gone(sign_ins.c.expires < before)

    def _gone(self, which: ColumnElement[bool]) -> None:
        self.replaced |= self._connection.execute(delete(sign_ins).where(which)).rowcount > 0


def _written(sign_in: SignIn) -> bytes:
    content: dict[str, Any] = asdict(sign_in)
    for name in ("request_digest", "number_digest"):
        content[name] = content[name].hex()
    content |= {name: None if content[name] is None else content[name].isoformat() for name in _TIMES}
    return json.dumps(content | {"state": sign_in.state.value}).encode()


_TIMES = ("asked", "expires", "polled")


def _read(row: AnyRow, body: bytes) -> SignIn:
    """Return it. Raises KeyError, ValueError, TypeError for what this program did not write."""
    content = json.loads(body)
    for name in ("request_digest", "number_digest"):
        content[name] = bytes.fromhex(content[name])
    content |= {name: content[name] and datetime.fromisoformat(content[name]) for name in _TIMES}
    return SignIn(**{**content, "state": SignInState(content["state"]), "expires": row.expires})


def _place(sign_in_id: str, client: str) -> tuple[str, ...]:
    return ("sign_ins", "body", sign_in_id, client)
