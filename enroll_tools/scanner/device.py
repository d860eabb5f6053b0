"""The scanner itself: what it says of itself, and what a capture gives, as its plan has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from threading import Event, Lock
from typing import Any

import numpy as np

from enroll_tools.scanner.asking import (
    AUTH,
    REGISTRATION,
    SPEC_VERSIONS,
    SUCCESS,
    CaptureRequest,
    ScannerError,
    device_unknown,
    no_finger,
    not_registered,
    subtype_of,
)
from enroll_tools.scanner.folder import PrintFolder
from enroll_tools.scanner.identity import ENVIRONMENT, SERVICE_VERSION, Identity, base64url, timestamp, unsigned
from enroll_tools.scanner.sealing import Recipient
from matcher.formats.iso19794_4 import Coding
from matcher.images.records.writing import write_finger_image
from matcher.types import FingerPosition, Image

_GOOD, _POOR = 80, 15
_SEEN_OF_POOR = 0.18
"""Of each side of a print, if it is to be a poor one: the rest did not touch. Of 0.3 a print may still be compared."""


class Play(StrEnum):
    """What happens at a capture."""

    GOOD = "good"
    POOR = "poor"
    NO_FINGER = "no-finger"
    SILENT = "silent"
    BUSY = "busy"
    NOT_READY = "not-ready"
    NOT_REGISTERED = "not-registered"


_STATES = {
    Play.BUSY: ("Busy", ScannerError("501", "The device is busy")),
    Play.NOT_READY: ("Not Ready", ScannerError("502", "The device is not ready")),
    Play.NOT_REGISTERED: ("Not Registered", not_registered()),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A capture of one finger.

    Attributes:
        data: of the answer, signed.
        hash: over this and the one before.
        sealed: key and thumbprint, of a print that is sealed; None of one that is not.
    """

    data: str
    hash: bytes
    sealed: tuple[str, str] | None

    def as_json(self) -> dict[str, Any]:
        """Return it as an entry of ``biometrics``."""
        keys = {} if self.sealed is None else dict(zip(("sessionKey", "thumbprint"), self.sealed, strict=True))
        return {
            "specVersion": SPEC_VERSIONS[0],
            "data": self.data,
            "hash": self.hash.hex().upper(),
            **keys,
            "error": SUCCESS,
        }


class Scanner:
    """A scanner of single fingers.

    Args:
        prints: that it plays.
        identity: by which it signs.
        plan: what happens at each capture, in turn; the last goes on.
        recipient: of prints for authentication; None: it is for registration, and its prints are not sealed.
        clock: tells the time.
    """

    def __init__(
        self,
        prints: PrintFolder,
        identity: Identity,
        plan: Sequence[Play] = (Play.GOOD,),
        recipient: Recipient | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._prints = prints
        self._identity = identity
        self._plan = list(plan)
        self._recipient = recipient
        self._clock = clock
        self._taking, self._lock = Lock(), Lock()
        self.base = ""
        self.ending = Event()

    @property
    def purpose(self) -> str:
        """What it is for: Auth or Registration."""
        return REGISTRATION if self._recipient is None else AUTH

    def discovered(self, kind: str) -> list[dict[str, Any]]:
        """Answer a search for devices of a kind. Raises ScannerError if it is none of them."""
        if kind not in {"Biometric Device", "Finger"}:
            raise device_unknown()
        state, _ = self._state()
        return [
            {**self._about(state), "digitalId": unsigned(self._identity.digital_id(self._clock())), "error": SUCCESS}
        ]

    def info(self) -> list[dict[str, Any]]:
        """Say of itself, signed, what there is to say; with the error of its state if it can take no print."""
        state, error = self._state()
        registered = state != "Not Registered"
        content = {
            **self._about(state),
            "firmware": SERVICE_VERSION,
            "env": ENVIRONMENT if registered else "None",
            "purpose": self.purpose if registered else "",
            "digitalId": self._identity.signed(self._identity.digital_id(self._clock())),
        }
        said = self._identity.signed(content) if registered else unsigned(content)
        return [{"deviceInfo": said, "error": SUCCESS if error is None else error.as_json()}]

    def capture(self, request: CaptureRequest) -> list[Taken]:
        """Take prints.

        Raises:
            ScannerError: nothing came of it.
            MatcherError: a file of the folder is no print.
        """
        if request.device != self._identity.serial:
            raise device_unknown()
        if request.purpose != self.purpose:
            raise ScannerError("503", f"The device is for the purpose {self.purpose}")
        if not self._taking.acquire(blocking=False):
            raise _STATES[Play.BUSY][1]
        try:
            return self._taken(request, self._next())
        finally:
            self._taking.release()

    def _taken(self, request: CaptureRequest, play: Play) -> list[Taken]:
        if play in _STATES:
            raise _STATES[play][1]
        if play in {Play.NO_FINGER, Play.SILENT}:
            self.ending.wait(request.wait_seconds if play is Play.NO_FINGER else None)
            raise no_finger()
        taken: list[Taken] = []
        before = request.previous_hash or hashlib.sha256(b"").digest()
        for finger in request.fingers:
            image = self._prints.next_of(finger)
            if image is None:
                raise no_finger()
            taken.append(
                self._one(request, finger, _barely_touched(image) if play is Play.POOR else image, before, play)
            )
            before = taken[-1].hash
        return taken

    def _one(self, request: CaptureRequest, finger: FingerPosition, image: Image, before: bytes, play: Play) -> Taken:
        now, quality = self._clock(), _POOR if play is Play.POOR else _GOOD
        record = write_finger_image(image, finger, Coding.JPEG_2000_LOSSLESS, quality=quality, taken=now)
        content = {
            "digitalId": self._identity.signed(self._identity.digital_id(now)),
            "deviceCode": self._identity.code,
            "deviceServiceVersion": SERVICE_VERSION,
            "bioType": "Finger",
            "bioSubType": subtype_of(finger),
            "purpose": self.purpose,
            "env": request.environment,
            "bioValue": base64url(record),
            "transactionId": request.transaction,
            "timestamp": timestamp(now),
            "requestedScore": request.score,
            "qualityScore": str(quality),
        }
        keys = None
        if self._recipient is not None:
            sealed = self._recipient.seal(record, content["timestamp"], request.transaction)
            content |= {"domainUri": request.domain, "bioValue": sealed.value}
            keys = sealed.session_key, sealed.thumbprint
        chained = hashlib.sha256(before + hashlib.sha256(record).digest()).digest()
        return Taken(self._identity.signed(content), chained, keys)

    def _about(self, state: str) -> dict[str, Any]:
        return {
            "deviceId": self._identity.serial,
            "deviceStatus": state,
            "certification": "L0" if self._recipient is None else "L1",
            "serviceVersion": SERVICE_VERSION,
            "deviceSubId": ["0"],
            "callbackId": self.base,
            "deviceCode": self._identity.code,
            "specVersion": list(SPEC_VERSIONS),
            "purpose": self.purpose,
        }

    def _state(self) -> tuple[str, ScannerError | None]:
        if self._taking.locked():
            return _STATES[Play.BUSY]
        with self._lock:
            return _STATES.get(self._plan[0], ("Ready", None))

    def _next(self) -> Play:
        with self._lock:
            return self._plan.pop(0) if len(self._plan) > 1 else self._plan[0]


def _barely_touched(image: Image) -> Image:
    """Return a print of which a small part is seen, in its middle."""
    height, width = image.pixels.shape
    top, left = (round(side * (1 - _SEEN_OF_POOR) / 2) for side in (height, width))
    pixels = np.full_like(image.pixels, 255)
    pixels[top : height - top, left : width - left] = image.pixels[top : height - top, left : width - left]
    return Image(pixels, image.resolution_ppi)
