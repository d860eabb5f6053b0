"""What is measured: this project's own extractors and comparator, or functions of somebody else's."""
