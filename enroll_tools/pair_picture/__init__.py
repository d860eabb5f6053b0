"""A picture of a comparison: both prints, what of them agrees and what does not, and one laid over the other."""

from enroll_tools.pair_picture.picture import Side, draw_pair

__all__ = ["Side", "draw_pair"]
