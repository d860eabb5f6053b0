"""1:N: the gallery, its index, and what a search says."""
