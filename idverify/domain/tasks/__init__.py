"""What a foreign programme asks to be told later."""
