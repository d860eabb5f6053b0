"""What goes on at a counter, and what was agreed to there."""
