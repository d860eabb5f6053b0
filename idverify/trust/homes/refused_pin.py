"""Which PIN a token has refused, kept beyond the process: a service that is started anew must not ask it once more."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from idverify.trust.secret_file import replace_secret_file, stamp_of

REFUSED_PIN = "pkcs11-pin-refused.json"


class RefusedPin:
    """Remembers, in a file, that a PIN was refused. Nothing of the PIN is in it, but which file it stood in, as it was.

    Where it came from the environment, nothing tells one from another: that file has to be removed then.

    Args:
        path: of the file.
        token: label of the token.
        source: the file that the PIN is read from; None: the environment.
    """

    def __init__(self, path: Path, token: str, source: Path | None) -> None:
        self._path = path
        self._token = token
        self._source = source

    @property
    def remedy(self) -> str:
        """What to do, once the PIN was put right."""
        return "" if self._source is not None else f", and remove {self._path}"

    def stands(self) -> bool:
        """Tell whether the PIN that would be given now is the one that was refused."""
        try:
            return bool(json.loads(self._path.read_text(encoding="utf-8")) == self._about())
        except (OSError, ValueError):
            return False

    def note(self) -> None:
        """Note that the PIN was refused. A disk that cannot be written keeps nobody from saying so."""
        with suppress(OSError):
            replace_secret_file(self._path, json.dumps(self._about()).encode())

    def forget(self) -> None:
        """Note that it was taken."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _about(self) -> dict[str, object]:
        stamp = list(stamp_of(self._source)) if self._source is not None else []
        return {"token": self._token, "file": str(self._source or ""), "stamp": stamp}
