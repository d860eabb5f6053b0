"""A report of a run over one or many databases, as one self-contained page and as JSON, and what two runs differ in."""
