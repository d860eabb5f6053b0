"""What must be there, and be whole, before anything is served; and how to go on without it, on the record."""
