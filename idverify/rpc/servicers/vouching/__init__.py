"""RPCs about what officers vouch for."""
