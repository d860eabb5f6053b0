"""The pictures of the pages."""
