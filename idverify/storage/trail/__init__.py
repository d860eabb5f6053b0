"""The audit trail in the database, and the sums by which rows that are gone or exchanged show."""
