"""The threats that docs/security.md tells of, and the commands that show what stands against them."""
