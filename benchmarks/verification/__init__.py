"""How often is 1:1 wrong? All pairs of one database."""
