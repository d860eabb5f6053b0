"""One of several servers on one database."""
