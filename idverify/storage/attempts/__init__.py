"""What is kept so that nobody may try without end."""
