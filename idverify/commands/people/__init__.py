"""Commands about single citizens."""
