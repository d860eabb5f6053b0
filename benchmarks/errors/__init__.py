"""Which pairs went wrong, and why? Drawn and explained."""
