"""The local comparison: cylinders, the turns they agree on, and pairs that support each other."""
