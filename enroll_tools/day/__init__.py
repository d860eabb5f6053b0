"""A counter's day at full size, judged by an oracle of its own. See ``make day`` and docs/day.md."""
