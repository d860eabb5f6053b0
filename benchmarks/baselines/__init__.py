"""Are the error rates still what they were? Kept as JSON beside this file, measured again, and put into the docs."""
