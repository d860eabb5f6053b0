"""Index features: the cylinder by its definition, the codes by what they must be good for."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from math import erf, exp, pi, sqrt
from pathlib import Path

import numpy as np
import pytest

from benchmarks.training.index_codes import train, training_values
from matcher.comparison import cylinders
from matcher.search import codes
from matcher.search.codes import CodeBook, CodeBookIncompatibleError, IndexFeatures
from matcher.search.params import DEFAULT_CYLINDERS, IndexCylinderParams
from matcher.templates import columnar, compact
from matcher.templates.confidence import confidence
from matcher.types import Template
from tests import prints


def wrapped(angle: float) -> float:
    return (angle + pi) % (2 * pi) - pi


def plain_sums(template: Template, p: IndexCylinderParams) -> list[list[float]]:
    """Cylinders cell by cell, as the formulas of TPAMI 32(12) section 3.1 are written."""
    side, step = 2 * p.radius / p.cells_across, 2 * pi / p.directions
    points = [(float(x), float(y), float(a)) for x, y, a in zip(template.x, template.y, template.angle, strict=True)]
    cylinders = []
    for m, (xm, ym, am) in enumerate(points):
        values = []
        for i in range(1, p.cells_across + 1):
            for j in range(1, p.cells_across + 1):
                u, v = (i - (p.cells_across + 1) / 2) * side, (j - (p.cells_across + 1) / 2) * side
                if u * u + v * v > p.radius**2:
                    continue
                x = xm + np.cos(am) * u + np.sin(am) * v
                y = ym - np.sin(am) * u + np.cos(am) * v
                for k in range(1, p.directions + 1):
                    phi = -pi + (k - 0.5) * step
                    total = 0.0
                    for t, (xt, yt, at) in enumerate(points):
                        d = sqrt((x - xt) ** 2 + (y - yt) ** 2)
                        if t == m or d > 3 * p.sigma_position:
                            continue
                        near = exp(-d * d / (2 * p.sigma_position**2)) / (p.sigma_position * sqrt(2 * pi))
                        a = wrapped(phi - wrapped(am - at))
                        s = sqrt(2) * p.sigma_direction
                        total += near * 0.5 * (erf((a + step / 2) / s) - erf((a - step / 2) / s))
                    values.append(total)
        cylinders.append(values)
    return cylinders


def sums_of(template: Template) -> np.ndarray:
    return cylinders.circle_sums(codes.indexed_pose(template, DEFAULT_CYLINDERS), DEFAULT_CYLINDERS)


@pytest.fixture(scope="module")
def book() -> CodeBook:
    return codes.default_codebook()


@pytest.mark.parametrize(("across", "inside"), [(8, 52), (16, 208)])
def test_cells_inside_the_circle_are_as_many_as_published(across: int, inside: int) -> None:
    assert cylinders.circle(replace(DEFAULT_CYLINDERS, cells_across=across)).centres.shape == (inside, 2)


def test_sums_equal_the_plain_formulas() -> None:
    template = prints.finger(3, 14)
    expected = np.array(plain_sums(template, DEFAULT_CYLINDERS))
    assert expected.max() > 0.02, "a reference that is all but zero compares nothing"
    np.testing.assert_allclose(sums_of(template), expected, atol=1e-6)


def test_cylinders_turn_and_move_with_the_finger() -> None:
    template, turn = prints.finger(5, 20), 0.7
    moved = replace(
        template,
        x=(np.cos(turn) * template.x + np.sin(turn) * template.y + 31).astype(np.float32),
        y=(np.cos(turn) * template.y - np.sin(turn) * template.x - 17).astype(np.float32),
        angle=np.angle(np.exp(1j * (template.angle + turn))).astype(np.float32),
    )
    sums = sums_of(template)
    np.testing.assert_allclose(sums_of(moved), sums, atol=2e-5)


def test_a_value_is_one_half_at_the_threshold() -> None:
    at = np.array([[DEFAULT_CYLINDERS.threshold, 0.0, 1.0]], np.float32)
    np.testing.assert_allclose(codes.cell_values(at, DEFAULT_CYLINDERS), [[0.5, 1 / (1 + exp(2)), 1]], atol=1e-6)


def plain_codes(template: Template, book: CodeBook) -> np.ndarray:
    """Codes as the module's docstring says it, in one product, as booleans of shape (n, 256)."""
    product = (codes.cell_values(sums_of(template), book.cylinders) - book.mean) @ book.projection
    return np.asarray(product > 0)


def bits_of(features: IndexFeatures) -> np.ndarray:
    return np.unpackbits(features.codes.view(np.uint8), axis=1, bitorder="little").astype(bool)


def described(book: CodeBook, *templates: Template) -> IndexFeatures:
    return book.describe(columnar.of_templates(templates))


def test_codes_are_the_signs_of_the_projected_values(book: CodeBook) -> None:
    """But for what rounding and leaving out next to nothing turns over."""
    template = compact.decode(compact.encode(prints.finger(3, 40)))
    equal = bits_of(described(book, template)) == plain_codes(template, book)
    assert equal.mean() > 0.995


def test_features_describe_each_minutia_that_has_neighbours(book: CodeBook) -> None:
    crowd = prints.finger(1, 40)
    far = replace(
        crowd,
        x=np.append(np.float32(2000), crowd.x),
        y=np.append(np.float32(2000), crowd.y),
        angle=np.append(np.float32(0), crowd.angle),
        kind=np.append(np.uint8(1), crowd.kind),
        quality=np.append(1.0, confidence(crowd)).astype(np.float32),
        width=2001,
        height=2001,
    )
    features = described(book, prints.EMPTY, far, crowd)
    assert features.owner.tolist() == [1] * 40 + [2] * 40
    assert features.minutia.tolist() == [*range(1, 41), *range(40)]
    assert (features.codes.dtype, features.codes.shape) == (np.dtype(np.uint64), (80, 4))
    np.testing.assert_array_equal(features.codes[:40], features.codes[40:])


def test_what_is_not_sure_is_neither_described_nor_seen(book: CodeBook) -> None:
    finger = prints.finger(2, 40)
    quality = np.where(np.arange(40) < 10, 0.1, confidence(finger)).astype(np.float32)
    sure = prints.template(*(column[10:] for column in (finger.x, finger.y, finger.angle, quality)))
    doubtful = described(book, replace(finger, quality=quality))
    np.testing.assert_array_equal(doubtful.codes, described(book, sure).codes)
    assert doubtful.minutia.tolist() == list(range(10, 40))
    assert len(described(book, replace(finger, quality=np.full(40, 0.1, np.float32)))) == 0
    assert len(described(book, replace(finger, quality=None))) == 40, "what is not reported is no doubt"


def test_features_of_runs_join_to_those_of_all(book: CodeBook) -> None:
    columns = columnar.of_templates([prints.finger(seed, 20 + seed) for seed in range(5)])
    whole, parts = book.describe(columns), [book.describe(columns[:2]), book.describe(columns[2:])]
    together = codes.joined_features(parts, [2, 3])
    for name in IndexFeatures.__slots__:
        np.testing.assert_array_equal(getattr(whole, name), getattr(together, name))


def test_an_empty_template_has_empty_features(book: CodeBook) -> None:
    features = described(book, prints.EMPTY)
    assert len(features) == 0
    assert features.codes.shape == (0, 4)


def test_codes_are_balanced(book: CodeBook) -> None:
    assert 0.42 < bits_of(described(book, *(prints.finger(seed) for seed in range(20)))).mean() < 0.58


def test_codes_of_one_minutia_are_nearer_than_of_two(book: CodeBook) -> None:
    """Median distance to the true mate below the first percentile of chance: what retrieval rests on."""
    finger = prints.finger(8)
    jittered = replace(
        finger,
        x=finger.x + np.random.default_rng(1).normal(0, 2, len(finger)).astype(np.float32),
        y=finger.y + np.random.default_rng(2).normal(0, 2, len(finger)).astype(np.float32),
    )
    a, b = bits_of(described(book, finger)), bits_of(described(book, jittered))
    distance = (a[:, None] ^ b[None]).sum(axis=2)
    mates = np.diag(distance)
    chance = distance[~np.eye(len(a), dtype=bool)]
    assert np.median(mates) < np.percentile(chance, 1)


def test_codes_of_two_secrets_cannot_be_compared_and_those_of_one_as_before(book: CodeBook) -> None:
    finger = prints.finger(8)
    other = prints.impression(finger, 3)
    one, two = book.turned(b"\1" * 32), book.turned(b"\2" * 32)
    assert len({book.id, one.id, two.id, book.turned(b"\1" * 32).id}) == 3
    plain, first, second = (bits_of(described(each, finger)) for each in (book, one, two))
    for strange in (plain, second):
        distance = (first ^ strange).sum(axis=1)  # of the same minutiae
        assert 118 < distance.mean() < 138, "as of any two codes"
    near = [
        np.sort((bits_of(described(each, finger))[:, None] ^ bits_of(described(each, other))[None]).sum(axis=2), axis=1)
        for each in (book, one, two)
    ]
    nearest = [distances[:, 0].mean() for distances in near]
    assert max(nearest) < 1.1 * min(nearest)


def test_the_rotation_of_a_secret_is_the_same_for_ever() -> None:
    turn = codes.rotation(bytes(range(32)))
    np.testing.assert_array_equal(turn @ turn.T, np.eye(256))
    np.testing.assert_array_equal(turn * 4096, np.rint(turn * 4096))
    assert (
        hashlib.sha256(turn.astype("<f8").tobytes()).hexdigest()
        == "2c6e0d6dfcdb68a459a407f5b1c9fe803a637f4cf377f280275795f0e6210374"
    )


def test_a_code_book_survives_its_file(book: CodeBook) -> None:
    file = io.BytesIO()
    book.save(file)
    loaded = codes.load_codebook(io.BytesIO(file.getvalue()))
    assert loaded.id == book.id == f"itq256-v1-{book.id[-12:]}"
    template = prints.finger(4)
    np.testing.assert_array_equal(described(loaded, template).codes, described(book, template).codes)
    again = io.BytesIO()
    loaded.save(again)
    assert again.getvalue() == file.getvalue()


def test_a_code_book_for_other_cylinders_is_refused(book: CodeBook) -> None:
    file = io.BytesIO()
    book.save(file)
    other = replace(DEFAULT_CYLINDERS, sigma_position=7.0)
    with pytest.raises(CodeBookIncompatibleError, match="other cylinder parameters") as caught:
        codes.load_codebook(io.BytesIO(file.getvalue()), other)
    assert caught.value.reason == "CODE_BOOK_INCOMPATIBLE"


@pytest.mark.parametrize("kept", [0, 10, 1000])
def test_a_truncated_code_book_is_refused(book: CodeBook, kept: int) -> None:
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(CodeBookIncompatibleError, match="cannot be read"):
        codes.load_codebook(io.BytesIO(file.getvalue()[:kept]))


def test_a_missing_code_book_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodeBookIncompatibleError, match="cannot be read"):
        codes.load_codebook(tmp_path / "none.npz")


def test_a_code_book_of_another_shape_or_format_is_refused(book: CodeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    replace(book, projection=book.projection[:, :128]).save(file)
    with pytest.raises(CodeBookIncompatibleError, match="wrong shape"):
        codes.load_codebook(io.BytesIO(file.getvalue()))
    file = io.BytesIO()
    with monkeypatch.context() as patched:
        patched.setattr(codes, "_FORMAT", "another")
        book.save(file)
    with pytest.raises(CodeBookIncompatibleError, match="another format"):
        codes.load_codebook(io.BytesIO(file.getvalue()))


@pytest.mark.slow
def test_training_is_deterministic_and_turns_without_stretching() -> None:
    values = training_values([prints.finger(seed, 24) for seed in range(12)], DEFAULT_CYLINDERS)
    first, second = (train(values, DEFAULT_CYLINDERS, iterations=3) for _ in range(2))
    np.testing.assert_array_equal(first.projection, second.projection)
    np.testing.assert_allclose(first.projection.T @ first.projection, np.eye(256), atol=1e-5)


@pytest.mark.slow
def test_turning_brings_the_values_nearer_to_their_signs() -> None:
    values = training_values([prints.finger(seed, 24) for seed in range(12)], DEFAULT_CYLINDERS)

    def loss(book: CodeBook) -> float:
        reduced = (values - book.mean) @ book.projection
        return float(((np.sign(reduced) - reduced) ** 2).sum())

    assert loss(train(values, DEFAULT_CYLINDERS, iterations=20)) < loss(train(values, DEFAULT_CYLINDERS, iterations=0))
