"""What goes on at a counter, step by step: transactions, and the consent they rest on."""
