"""A source of records as an agency may offer one: the reference for those that agencies write themselves."""
