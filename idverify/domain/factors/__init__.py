"""What is shown of a citizen besides fingers: what it must be like, and what it amounts to with them."""
