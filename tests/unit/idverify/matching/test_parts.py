"""Probes on their way to parts of a gallery."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.domain.model import FingerPosition, Quality, StoredTemplate
from idverify.matching.gallery import MatcherGallery
from idverify.matching.parts import part_of_gallery, received, sent
from idverify.ports import Prepared
from matcher.comparison.prepared import PreparedTemplate, prepare
from matcher.search.retrieval import AimedProbe
from matcher.templates import compact
from matcher.types import Template
from tests import prints
from tests.fakes import NoDeadline

KEY = b"\x05" * 32
PARTS, PEOPLE = 4, 450


@pytest.fixture(scope="module")
def part() -> MatcherGallery:
    """Return a part with more codes than are scanned for each of the probe's."""
    gallery, known = part_of_gallery(PARTS, 1, KEY), Quality(80, "", 40, (), usable=True)
    crowd = TemplatePopulation(4).batch(0, PEOPLE)
    templates = [prints.finger(1), *(crowd.template(i) for i in range(PEOPLE))]
    gallery.add(
        [
            StoredTemplate(i, f"person {i}", FingerPosition.RIGHT_INDEX, compact.encode(t), known, "")
            for i, t in enumerate(templates, 1)
        ]
    )
    assert gallery.codes > 55_000 / PARTS
    return gallery


@pytest.mark.parametrize("probe", [prints.impression(prints.finger(1), 3), prints.finger(2), prints.EMPTY])
@pytest.mark.parametrize("known", [0, PARTS])
def test_who_is_looked_for_once_for_all_parts_is_found_as_in_each(
    part: MatcherGallery, probe: Template, known: int
) -> None:
    plain = Prepared(prepare(probe))
    index = part_of_gallery(1, 1, KEY)
    template, aim = sent(index.aimed(plain, known * part.codes))
    assert (template, ()) == sent(plain)

    def found(received_probe: Prepared) -> object:
        return part.search(received_probe, position=None, limit=9, deadline=NoDeadline())

    assert isinstance(received(template, aim), AimedProbe)
    assert found(received(template, aim)) == found(received(template))


def test_codes_of_minutiae_that_repeat_others_once_rounded_are_not_used() -> None:
    whole = prints.finger(1)
    first, second = (np.float32(8 * round(float(v[0]) / 8)) for v in (whole.x, whole.y))
    x, y, angle = whole.x.copy(), whole.y.copy(), whole.angle.copy()
    x[0], y[0], angle[1] = first + 0.07, second + 0.07, angle[0]
    x[1], y[1] = first + 0.125 + 3.0 + 0.05, second + 0.125 + 1.75 + 0.05  # 3.58 pixels away; 3.47 in eighths
    plain = prepare(replace(whole, x=x, y=y, angle=angle))
    aimed = part_of_gallery(1, 1, KEY).aimed(Prepared(plain), 0)
    opened = received(*sent(aimed))
    assert isinstance(opened, PreparedTemplate)
    assert len(opened.template) < len(plain.template) == len(whole)
