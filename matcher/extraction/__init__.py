"""Extractors: an image in, a template out."""
