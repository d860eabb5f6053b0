"""Drawing of prints, minutiae, pairs and the stages of extraction."""
