"""Columns of templates: the same templates as the storage form gives, and damage is found by name."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.array_files import write_array
from matcher.errors import TemplateInvalidError
from matcher.templates import column_folder, columnar, compact
from matcher.templates.column_folder import write_columns
from matcher.templates.columnar import TemplateColumns, concatenate, of_templates, require_coherent_columns
from matcher.types import Template
from tests.stored_columns import read_columns


@st.composite
def templates(draw: st.DrawFn) -> Template:
    count = draw(st.integers(0, 6))
    width, height = draw(st.integers(1, 8191)), draw(st.integers(1, 8191))

    def column(low: float, high: float) -> Any:
        values = st.floats(float(np.float32(low)), float(np.float32(high)), width=32)
        return draw(arrays(np.float32, count, elements=values))

    return Template(
        x=column(0, width),
        y=column(0, height),
        angle=column(-np.pi, np.pi),
        kind=draw(arrays(np.uint8, count, elements=st.integers(0, 2))),
        quality=draw(st.none() | st.just(column(0, 1))),
        width=width,
        height=height,
        extractor=draw(st.sampled_from(["leader-1", "iso19794-2"])),
    )


def stored(template: Template) -> Template:
    return compact.decode(compact.encode(template))


def assert_same(a: Template, b: Template) -> None:
    for name in ("x", "y", "angle", "kind", "quality"):
        left, right = getattr(a, name), getattr(b, name)
        if left is None or right is None:
            assert left is right
            continue
        assert left.dtype == right.dtype
        assert left.tolist() == right.tolist()
    assert (a.width, a.height, a.extractor) == (b.width, b.height, b.extractor)


def some_templates(count: int = 4) -> list[Template]:
    rng = np.random.default_rng(1)
    sizes = rng.integers(1, 9, count)
    return [
        Template(
            x=rng.uniform(0, 300, n).astype(np.float32),
            y=rng.uniform(0, 400, n).astype(np.float32),
            angle=rng.uniform(-np.pi, np.pi, n).astype(np.float32),
            kind=rng.integers(0, 3, n).astype(np.uint8),
            quality=rng.uniform(0, 1, n).astype(np.float32),
            width=300,
            height=400 + i,
            extractor=f"extractor-{i % 2}",
        )
        for i, n in enumerate(sizes)
    ]


@given(st.lists(templates(), max_size=5))
def test_a_template_of_the_columns_is_the_stored_one(given_: list[Template]) -> None:
    columns = of_templates(given_)
    require_coherent_columns(columns)
    assert len(columns) == len(given_)
    for template, kept in zip(given_, columns, strict=True):
        assert_same(kept, stored(template))


@given(st.lists(templates(), max_size=5), st.data())
def test_taking_cutting_and_joining_keep_every_template(given_: list[Template], data: st.DataObject) -> None:
    columns = of_templates(given_)
    indices = data.draw(st.lists(st.integers(0, len(given_) - 1), max_size=6)) if given_ else []
    cut = data.draw(st.integers(0, len(given_)))
    joined = concatenate([columns[cut:], columns[:cut], columns.take(np.array(indices, np.int64))])
    require_coherent_columns(joined)
    expected = given_[cut:] + given_[:cut] + [given_[i] for i in indices]
    assert len(joined) == len(expected)
    for template, kept in zip(expected, joined, strict=True):
        assert_same(kept, stored(template))


def test_a_sequence_ends() -> None:
    columns = of_templates(some_templates(3))
    assert_same(columns[-1], columns.template(2))
    with pytest.raises(IndexError):
        columns[3]
    with pytest.raises(ValueError, match="take"):
        columns[::2]
    assert len(columns[2:1]) == 0
    assert columns.nbytes == 8 * len(columns.x) + 15 * 3 + 8


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"x": np.array([301.0], np.float32)}, "template 1: column 'x'"),
        ({"y": np.array([-0.5], np.float32)}, "template 1: column 'y'"),
        ({"angle": np.array([np.nan], np.float32)}, "template 1: column 'angle'"),
        ({"kind": np.array([3], np.uint8)}, "template 1: column 'kind'"),
        ({"quality": np.array([1.5], np.float32)}, "template 1: column 'quality'"),
        ({"quality": np.zeros(2, np.float32)}, "template 1: columns differ in length"),
        ({"width": 0}, "template 1: frame must be"),
        ({"height": 8192}, "template 1: frame must be"),
    ],
)
def test_an_incoherent_template_is_refused(wrong: dict[str, Any], message: str) -> None:
    sound = replace(
        some_templates(1)[0],
        x=np.ones(1, np.float32),
        y=np.ones(1, np.float32),
        angle=np.ones(1, np.float32),
        kind=np.ones(1, np.uint8),
        quality=np.ones(1, np.float32),
    )
    with pytest.raises(TemplateInvalidError, match=message):
        of_templates([sound, replace(sound, **wrong), sound])


@pytest.mark.parametrize("at_once", [1, 1 << 22])
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x", 300 * 8 + 1, "template 2: column 'x'"),
        ("y", 402 * 8 + 1, "template 2: column 'y'"),
        ("kind", 3, "template 2: column 'kind'"),
    ],
)
def test_incoherent_columns_are_refused(
    name: str, value: int, message: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columnar, "_MINUTIAE_AT_ONCE", at_once)
    columns = of_templates(some_templates(4))
    getattr(columns, name)[columns.offsets[3] - 1] = value
    with pytest.raises(TemplateInvalidError, match=message):
        require_coherent_columns(columns)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: {"offsets": c.offsets + 1}, "offsets do not ascend"),
        (lambda c: {"offsets": c.offsets[:-1]}, "offsets do not ascend"),
        (lambda c: {"offsets": np.append(c.offsets[:-2], [99, c.offsets[-1]])}, "offsets do not ascend"),
        (lambda c: {"x": c.x[:-1]}, "do not end with the offsets"),
        (lambda c: {"height": c.height[:-1]}, "columns of the templates differ in length"),
        (lambda c: {"extractors": c.extractors[:1]}, "an extractor is not named"),
        (lambda c: {"width": c.width * 0}, "template 0: frame must be"),
    ],
)
def test_columns_that_do_not_fit_together_are_refused(change: Any, message: str) -> None:
    columns = of_templates(some_templates(4))
    with pytest.raises(TemplateInvalidError, match=message):
        require_coherent_columns(replace(columns, **change(columns)))


@settings(max_examples=25)
@given(given_=st.lists(templates(), max_size=4))
def test_a_folder_gives_back_what_was_written(tmp_path_factory: pytest.TempPathFactory, given_: list[Template]) -> None:
    folder = tmp_path_factory.mktemp("columns") / "new"
    write_columns(of_templates(given_), folder, {"seed": 3})
    columns, about = read_columns(folder)
    require_coherent_columns(columns)
    assert about == {"seed": 3}
    assert len(columns) == len(given_)
    for template, kept in zip(given_, columns, strict=True):
        assert_same(kept, stored(template))
    shutil.rmtree(folder)


def test_a_folder_names_its_format_and_holds_nothing_else(tmp_path: Path) -> None:
    write_columns(of_templates(some_templates()), tmp_path, {})
    header = json.loads((tmp_path / "header.json").read_text())
    assert header["format"] == "idverify-columns-2"
    assert {file.name for file in tmp_path.iterdir()} == {"header.json", *(f"{name}.npy" for name in header["columns"])}
    kinds = {name: np.load(tmp_path / f"{name}.npy").dtype.str for name in header["columns"]}
    assert kinds == {
        "offsets": "<i8",
        **dict.fromkeys(("x", "y", "angle", "width", "height", "extractor"), "<u2"),
        **dict.fromkeys(("kind", "quality"), "|u1"),
        "reported": "|b1",
    }


def test_equal_columns_give_equal_bytes_and_replace_older_ones(tmp_path: Path) -> None:
    columns = of_templates(some_templates())
    write_columns(columns[:1], tmp_path / "a", {"old": True})
    for name in ("a", "b"):
        write_columns(columns, tmp_path / name, {})
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == sorted(p.name for p in (tmp_path / "b").iterdir())
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)


def test_a_folder_that_is_not_finished_has_no_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_columns(of_templates(some_templates(1)), tmp_path, {})
    written: list[str] = []

    def fail(file: Path, array: Any) -> int:
        written.append(file.name)
        if len(written) == 4:
            raise OSError(28, "no space left")
        return write_array(file, array)

    monkeypatch.setattr(column_folder, "write_array", fail)
    with pytest.raises(OSError, match="no space left"):
        write_columns(of_templates(some_templates()), tmp_path, {})
    assert not (tmp_path / "header.json").exists()


def test_incoherent_columns_are_not_written(tmp_path: Path) -> None:
    columns: TemplateColumns = of_templates(some_templates())
    with pytest.raises(TemplateInvalidError, match="do not end with the offsets"):
        write_columns(replace(columns, x=columns.x[:-1]), tmp_path / "new", {})
    assert not (tmp_path / "new").exists()
