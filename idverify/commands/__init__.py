"""The commands, one subject a file; :mod:`idverify.cli` puts them together."""
