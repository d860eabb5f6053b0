"""What the law on personal data asks: facts with their validity, deadlines, periods."""
