"""What assertions say besides their claims: of which request they are, what can be withheld, and what outlives them."""
