"""Who may call, and which scanners count."""
