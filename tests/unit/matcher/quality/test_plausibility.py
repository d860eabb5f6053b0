"""What no finger has is refused: repeated minutiae, two people's minutiae; and no finger is."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import SampleImplausibleError
from matcher.formats.records import read_record, view_to_template
from matcher.quality.plausibility import (
    Implausibility,
    agreements,
    crossing,
    disagreement,
    implausibility,
    require_plausible,
)
from matcher.quality.score import assess
from matcher.types import Template
from tests.prints import finger


def union(one: Template, other: Template) -> Template:
    """Return the minutiae of both, in a frame that holds them."""
    return Template(
        x=np.append(one.x, other.x),
        y=np.append(one.y, other.y),
        angle=np.append(one.angle, other.angle),
        kind=np.append(one.kind, other.kind),
        quality=None,
        width=max(one.width, other.width),
        height=max(one.height, other.height),
        extractor=one.extractor,
    )


def shifted(template: Template, right: float) -> Template:
    return replace(template, x=np.clip(template.x + right, 0, template.width).astype(np.float32))


@pytest.mark.parametrize("seed", range(5))
def test_one_fingers_minutiae_are_plausible(seed: int) -> None:
    template = finger(seed)
    assert implausibility(template) is None
    require_plausible(template)


def test_minutiae_near_each_other_that_point_another_way_are_one_fingers() -> None:
    template = finger(1)
    across = replace(template, angle=(template.angle + np.pi).astype(np.float32))
    assert implausibility(union(template, shifted(across, 7.0))) is None


@pytest.mark.parametrize("apart", [4.0, 7.0, 11.0, 16.0])
def test_minutiae_repeated_beside_themselves_are_not(apart: float) -> None:
    template = finger(1)
    repeated = union(template, shifted(template, apart))
    assert implausibility(repeated) is Implausibility.CROWDED
    with pytest.raises(SampleImplausibleError, match="too near"):
        require_plausible(repeated)


@pytest.mark.parametrize("seed", range(8))
def test_no_split_gains_more_than_all_who_disagree(seed: int) -> None:
    template = union(finger(seed), finger(seed + 20)) if seed % 2 else finger(seed)
    x, y, angle = (column.astype(np.float64) for column in (template.x, template.y, template.angle))
    agreement = agreements(np.hypot(x[:, None] - x, y[:, None] - y), angle[:, None] - angle)
    assert 0.0 <= crossing(agreement) <= disagreement(agreement) + 1e-9
    assert not seed % 2 or crossing(agreement) > 1.0


def test_of_few_minutiae_nothing_is_said_and_of_very_many_nothing_else() -> None:
    assert implausibility(union(finger(1, 5), shifted(finger(1, 5), 6.0))) is None
    crowd = finger(1, 12)
    for _ in range(6):
        crowd = union(crowd, crowd)
    assert implausibility(crowd) is Implausibility.CROWDED


def real_records(folder: Path) -> dict[str, Template]:
    return {file.stem: view_to_template(read_record(file.read_bytes())) for file in sorted(folder.glob("*.iso"))}


@pytest.mark.parametrize("folder", ["2002/DB1_B", "2002/DB2_B", "2002/DB3_B", "2002/DB4_B", "2004/DB2_B", "2004/DB3_B"])
def test_no_real_record_that_is_usable_is_refused(real_data: Path, folder: str) -> None:
    records = real_records(real_data / f"fvc{folder}")
    assert len(records) == 80
    assert [n for n, template in records.items() if assess(template).usable and implausibility(template)] == []


def test_many_unions_of_two_real_people_are(real_data: Path) -> None:
    """A third or more of those laid over each other as they lie on the sensor; the others look like one finger."""
    records = real_records(real_data / "fvc2002" / "DB2_B")
    pairs = list(combinations([f"{finger}_1" for finger in range(101, 111)], 2))
    found = [implausibility(union(records[a], records[b])) for a, b in pairs]
    assert sum(one is not None for one in found) >= len(pairs) // 3
