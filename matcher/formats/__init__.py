"""Bytes to minutiae and back: the interchange record, and the form in which templates are stored.

* :mod:`matcher.formats.iso19794_2`: finger minutiae records of ISO/IEC 19794-2:2005, for exchange with others.
* :mod:`matcher.formats.compact`: our own versioned and checksummed storage form.
* :mod:`matcher.formats.columnar`: many templates as a few arrays; :mod:`matcher.formats.column_folder` keeps them.
"""
