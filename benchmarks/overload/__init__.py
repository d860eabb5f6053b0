"""What the service does with more than it can do: goodput, refusals and memory."""
