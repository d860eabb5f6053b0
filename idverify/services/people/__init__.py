"""What may happen to a citizen after enrolment."""
