"""The log of the audit trail: what it proves, and to whom."""
