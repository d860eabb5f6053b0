"""What people are told where a command answers, or where none answered it."""
