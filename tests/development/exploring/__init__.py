"""Property tests: the same examples on every machine, and a command that draws new ones."""
