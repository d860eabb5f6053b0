"""RPCs that the law on personal data asks for."""
