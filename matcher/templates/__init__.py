"""The forms in which this project stores templates, and the check that they share.

* :mod:`matcher.templates.compact`: one template as bytes, versioned and checksummed.
* :mod:`matcher.templates.columnar`: many templates as a few arrays; :mod:`matcher.templates.column_folder` keeps them.
"""
