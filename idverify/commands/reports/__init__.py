"""What a province reports: counts as tables and charts."""
