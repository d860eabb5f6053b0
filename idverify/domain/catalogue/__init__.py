"""The catalogue as it grows: versions of procedures and record types, and which of them counts when."""
