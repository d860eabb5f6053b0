"""Citizens, their encounters, templates and linked records in the database."""
