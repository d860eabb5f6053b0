"""Records from their owners: what an answer must be, when a source is left in peace, what a clerk does without one."""
