"""What the service is about: nouns, rules and reasons. Standard library only."""
