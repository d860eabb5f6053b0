"""How usable a sample is, and how its ridges look."""
