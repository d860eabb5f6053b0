"""Minutiae by image processing alone, stage by stage; see docs/ridge-extractor.md.

normalisation   contrast taken out                          fields
finger_mask     where the finger is                         mask
orientation     which way the ridges run                    orientation, coherence
ridge_period    how far apart they are                      period, wave
enhancement     a filter along every ridge                  enhanced: its sign is ridge or valley
skeleton        ridges and valleys as lines (thinning)      ridge_lines, valley_lines
minutiae        ends of lines, with direction
false_minutiae  ends that the edge or a tear makes
minutia_quality how likely each is real
singular_points cores and deltas                            singular_points
"""

from matcher.extraction.ridge.extractor import RidgeExtractor
from matcher.extraction.ridge.fields import RidgeFields, fields
from matcher.extraction.ridge.params import DEFAULT_RIDGE, RidgeParams

__all__ = ["DEFAULT_RIDGE", "RidgeExtractor", "RidgeFields", "RidgeParams", "fields"]
