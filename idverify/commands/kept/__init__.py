"""Images that are kept, and templates that are made anew of them."""
