"""Who is registered, and registering them."""
