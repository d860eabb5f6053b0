"""Minutiae records of others: bytes to a record and back.

* :mod:`matcher.formats.records`: records in six formats told by their bytes, and converted.
* :mod:`matcher.formats.iso19794_2`: of these, ISO/IEC 19794-2:2005, which is what this project writes itself.
"""
