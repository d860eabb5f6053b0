"""The ways to the owners of records, and the test that an agency runs against its own service."""
