"""Finger image records (ISO/IEC 19794-4) as images: :mod:`~matcher.images.records.reading` and ``writing``."""
