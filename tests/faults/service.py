"""The service as a process would run it, but for fingers and sockets; what it does by the clock is done when asked."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

from idverify import bootstrap
from idverify.dispatch.call_log import CallLine
from idverify.domain.model import EVERY_PROCEDURE, EVERY_RECORD_TYPE, Caller, Role, SampleKind
from idverify.matching.assembly import Matching
from idverify.matching.keeper import GalleryKeeper
from idverify.rpc.servicers.all import all_methods, performer_of
from idverify.services.application import Application
from idverify.settings import load_settings
from idverify.start.housekeeping import Housekeeper
from idverify.start.instance_lock import only_instance
from idverify.trust.key_file import load_master_keys
from idverify.v1 import enrolment_pb2, types_pb2
from tests.fakes import FakeBiometrics, FakeClock, NoDeadline
from tests.faults.gallery import KeptGallery

CALLER = Caller(
    "counter-7",
    frozenset(Role),
    sample_kinds=frozenset(SampleKind),
    entitlements=EVERY_PROCEDURE,
    record_types=EVERY_RECORD_TYPE,
)


class _OnDemand(Housekeeper):
    """Does its chores when it is asked."""

    def start(self) -> None:
        """Begin nothing."""


class Service:
    """One process, from its start to its end, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.settings = load_settings(data_dir=folder / "data", log_dir=folder / "log", keep_images=True, workers=2)
        self.clock = FakeClock()
        self._life = ExitStack()
        self._housekeepers: list[_OnDemand] = []
        self._keepers: list[GalleryKeeper] = []
        self._application: Application | None = None

    def start(self) -> None:
        """Start; raises as :func:`idverify.bootstrap.build`, with nothing left open."""
        with ExitStack() as life:
            life.enter_context(only_instance(self.settings.data_dir))
            self._application = self._built()
            life.callback(self._application.close)
            self._life = life.pop_all()

    def stop(self) -> None:
        """End in good order."""
        self._life.close()

    def call(self, method: str, request: Any) -> bytes:
        """Return the encoded answer. Raises DomainError; whatever else it raises a client would see as INTERNAL."""
        assert self._application is not None
        (found,) = [m for m in all_methods(self._application) if m.name == method]
        performer = performer_of(self._application)
        body = request.SerializeToString(deterministic=True)
        return performer.perform(cast("Any", found), body, CALLER, NoDeadline(), CallLine(method))

    def keep_house(self) -> None:
        """Do all chores; what fails is told in the log, and done again the next time."""
        for housekeeper in self._housekeepers:
            for chore in housekeeper._chores:
                housekeeper._do(chore)

    def save_gallery(self) -> bool:
        """Write a snapshot; tell whether it was."""
        return all(keeper.save() for keeper in self._keepers)

    def keys(self) -> Any:
        """Return the secrets of its file."""
        return load_master_keys(self.settings.master_key_file)

    def _built(self) -> Application:
        gallery = KeptGallery()
        self._housekeepers.clear()
        self._keepers.clear()

        def housekeeper(*arguments: Any, **named: Any) -> Housekeeper:
            self._housekeepers.append(_OnDemand(*arguments, **named))
            return self._housekeepers[-1]

        def keeper(*arguments: Any) -> GalleryKeeper:
            self._keepers.append(GalleryKeeper(*arguments))
            return self._keepers[-1]

        biometrics = FakeBiometrics(images=True)
        matching = Matching(biometrics, gallery, gallery)
        parts = patch.multiple(bootstrap, Housekeeper=housekeeper, GalleryKeeper=keeper)
        with parts:
            return bootstrap.build(self.settings, clock=self.clock, matching=matching)


def context(name: str, **fields: Any) -> types_pb2.RequestContext:
    """Return a context whose request id is made of a name."""
    return types_pb2.RequestContext(
        request_id=str(uuid.uuid5(uuid.NAMESPACE_OID, name)), agency_code="H05.12", **fields
    )


def image_of(text: str) -> types_pb2.FingerprintSample:
    """Return the sample that a line of text stands for, as an image."""
    image = types_pb2.FingerImage(data=text.encode(), resolution_ppi=500.0)
    return types_pb2.FingerprintSample(finger_position="FINGER_POSITION_RIGHT_INDEX", image=image)


def enrolment(name: str, number: str, who: str) -> enrolment_pb2.EnrolCitizenRequest:
    """Return a request to enrol somebody with two impressions."""
    return enrolment_pb2.EnrolCitizenRequest(
        context=context(name),
        citizen_number=number,
        personal_data=enrolment_pb2.PersonalData(full_name="Nguyễn Thị Thử", birth_date="1999-05-01", sex="F"),
        samples=[image_of(f"{who}/RIGHT_INDEX/80"), image_of(f"{who}/RIGHT_INDEX/70")],
    )
