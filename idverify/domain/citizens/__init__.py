"""What is said of a citizen, and whether two say the same."""
