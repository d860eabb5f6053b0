"""Fingers that are too poor are left out one by one, as long as there is one to leave out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.mosip.abis.operations import without_poor
from idverify.services.references.showing import Shown
from tests.fakes import sample

SAMPLES = [sample(f"alice/{name}/70") for name in ("a", "b", "c")]


def refusing(
    poor: Sequence[int], reason: Reason = Reason.SAMPLE_QUALITY_LOW
) -> tuple[list[Shown], Callable[[Shown], bytes]]:
    seen: list[Shown] = []

    def work(shown: Shown) -> bytes:
        seen.append(shown)
        for index, one in enumerate(shown.samples):
            if SAMPLES.index(one) in poor:
                raise DomainError(reason, "", {"sample": str(index)})
        return b"done"

    return seen, work


@pytest.mark.parametrize(("poor", "rest"), [([], [0, 1, 2]), ([1], [0, 2]), ([0, 2], [1])])
def test_the_others_are_kept(poor: list[int], rest: list[int]) -> None:
    seen, work = refusing(poor)
    assert without_poor(work, Shown(SAMPLES)) == b"done"
    assert list(seen[-1].samples) == [SAMPLES[index] for index in rest]


def test_all_poor_is_refused() -> None:
    seen, work = refusing([0, 1, 2])
    with pytest.raises(DomainError):
        without_poor(work, Shown(SAMPLES))
    assert len(seen) == 3


@pytest.mark.parametrize("metadata", [{"sample": "9"}, {"slap": "RIGHT_FOUR", "finger": "RIGHT_RING"}, {}])
def test_what_is_not_among_them_is_refused_at_once(metadata: dict[str, str]) -> None:
    tried = []

    def work(shown: Shown) -> bytes:
        tried.append(shown)
        raise DomainError(Reason.SAMPLE_QUALITY_LOW, "", metadata)

    with pytest.raises(DomainError):
        without_poor(work, Shown(SAMPLES))
    assert len(tried) == 1


def test_another_refusal_is_one() -> None:
    _, work = refusing([1], Reason.SAMPLE_INVALID)
    with pytest.raises(DomainError):
        without_poor(work, Shown(SAMPLES))
