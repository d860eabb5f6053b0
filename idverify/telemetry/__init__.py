"""What the operator is told: log lines, what is wrong and why, and that libraries printed something."""
