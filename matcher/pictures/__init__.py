"""Drawing of prints, minutiae, pairs and the stages of extraction: uint8 (h, w, 3), blue, green, red, as OpenCV has it.

* :func:`matcher.pictures.pair.draw_pair`: two prints beside and over each other, and what their score is made of; of
  two :class:`~matcher.pictures.pair.Side` and their comparison.
* :func:`matcher.pictures.stages.inspect_image`: what both extractors make of an image, with its figures;
  :func:`matcher.pictures.panels.panels` draws each stage, :func:`matcher.pictures.sheet.sheet` all on one picture.
* :func:`matcher.pictures.marks.draw_minutia`: one minutia, in all pictures alike, on a
  :class:`~matcher.pictures.canvas.Canvas`.
"""
