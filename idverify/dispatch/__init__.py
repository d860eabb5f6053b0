"""What every call goes through, whichever door it came in by: who, whether they may, until when, and how it ended."""
