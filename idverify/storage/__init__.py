"""The store: citizens, records, first answers and the audit trail in one SQL database, sealed."""
