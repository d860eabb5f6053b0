"""The enrolment profiles, from the file that comes with the package: ``catalogue/enrolment_profiles.json``."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from idverify.domain.model.enrolling import EnrolmentProfile, ProfileDemand, Profiles, ProfileTest
from idverify.records.files import CatalogueError
from idverify.trust.strict_json import parse_strict


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Demand(_Strict):
    test: ProfileTest
    least: int | None = Field(default=None, ge=0)
    most: int | None = Field(default=None, ge=0)
    one_of: tuple[str, ...] = ()


class _Profile(_Strict):
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    tests: list[_Demand] = Field(min_length=1)


class _File(_Strict):
    sources: list[str] = Field(min_length=1)
    profiles: list[_Profile]


def load_profiles(file: Traversable | None = None) -> Profiles:
    """Load and check the profiles.

    Args:
        file: None: the one of the package.

    Raises:
        CatalogueError: the file is missing or malformed, has a name or a test twice, or a test that wants nothing, or
            two things, or something of another kind than it measures.
    """
    file = resources.files("idverify") / "catalogue" / "enrolment_profiles.json" if file is None else file
    try:
        read = _File.model_validate(parse_strict(file.read_text(encoding="utf-8")))
    except (ValidationError, OSError, ValueError) as error:
        raise CatalogueError(f"{file.name}: {error}") from error
    profiles = {profile.name: _profile(profile, file.name) for profile in read.profiles}
    if len(profiles) < len(read.profiles):
        raise CatalogueError(f"{file.name}: a name is there twice")
    return profiles


def _profile(read: _Profile, name: str) -> EnrolmentProfile:
    demands = tuple(ProfileDemand(demand.test, demand.least, demand.most, demand.one_of) for demand in read.tests)
    if len({demand.test for demand in demands}) < len(demands):
        raise CatalogueError(f"{name}: {read.name} has a test twice")
    for demand in demands:
        of_numbers = (demand.least is not None) + (demand.most is not None)
        if of_numbers + bool(demand.one_of) != 1 or bool(demand.one_of) != (demand.test is ProfileTest.FORMAT):
            raise CatalogueError(f"{name}: {read.name} {demand.test.value} wants least or most, FORMAT one_of")
    return EnrolmentProfile(read.name, demands)
