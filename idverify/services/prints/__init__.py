"""What several use cases do with prints: extract, compare with a person's fingers, search, find duplicates."""
