"""Who may call: clients by what they show, officers by signing in."""
