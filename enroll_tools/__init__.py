"""Test populations: reading public test sets, making synthetic prints, enrolling in bulk, the demo."""
