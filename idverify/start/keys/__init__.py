"""Where keys lie, and what is done with those that unlock the others."""
