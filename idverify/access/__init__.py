"""Who asks, and what they may: callers by their certificates, permissions by their roles."""
