"""A template made ready to be compared many times."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from matcher.comparison.cylinders import make_cylinders
from matcher.comparison.params import ComparisonParams, default_params
from matcher.comparison.prints import Cylinders, Print
from matcher.templates.confidence import confidence
from matcher.templates.repeats import without_repeats
from matcher.templates.validation import require_coherent
from matcher.types import Template


@dataclass(frozen=True, slots=True, eq=False)
class PreparedTemplate:
    """What comparing needs of a template.

    Attributes:
        template: what it was made from, without minutiae that repeat others.
        print: its minutiae.
        cylinders: the valid cylinders, of the highest quality first.
    """

    template: Template
    print: Print
    cylinders: Cylinders


def prepare(template: Template, params: ComparisonParams | None = None) -> PreparedTemplate:
    """Build what comparison needs of a template; about 3 ms for 50 minutiae, and 50 kB.

    Raises:
        TemplateInvalidError: the template is not coherent.
    """
    require_coherent(template)
    template = without_repeats(template)  # what is enrolled may be from before templates were made without
    params = params or default_params()
    pose = np.stack([template.x, template.y, template.angle], axis=1).astype(np.float64)
    quality = confidence(template)
    sure = np.flatnonzero(quality >= params.cylinder_quality)
    best_first = sure[np.argsort(-quality[sure], kind="stable")]
    hull = _hull(pose[sure])
    return PreparedTemplate(
        template,
        Print(pose, quality, template.kind, hull),
        make_cylinders(pose, best_first, hull, params.cylinders),
    )


def _hull(pose: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(pose):
        return np.zeros((0, 2))
    points = pose[:, :2].astype(np.float32)
    return np.ascontiguousarray(cv2.convexHull(points).reshape(-1, 2).astype(np.float64))
