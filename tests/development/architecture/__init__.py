"""The picture of docs/architecture.md: the rooms, what each imports, and the way of a sample through them."""
