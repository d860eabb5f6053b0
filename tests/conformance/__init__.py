"""What third parties wrote, and hold whoever implements it to: one command, one table."""
