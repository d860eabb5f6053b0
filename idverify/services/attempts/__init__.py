"""Against whoever tries until something fits: how often, with what, and not the same twice."""
