"""The catalogue as files that people keep: JSON, CSV, and workbooks."""
