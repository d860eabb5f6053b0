"""Bytes to minutiae and back: the interchange record, and the form in which templates are stored.

* :mod:`matcher.formats.records`: minutiae records of others, in six formats told by their bytes, and converted.
* :mod:`matcher.formats.iso19794_2`: of these, ISO/IEC 19794-2:2005, which is what this project writes itself.
* :mod:`matcher.formats.compact`: our own versioned and checksummed storage form.
* :mod:`matcher.formats.columnar`: many templates as a few arrays; :mod:`matcher.formats.column_folder` keeps them.
"""
