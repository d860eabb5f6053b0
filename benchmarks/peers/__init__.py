"""Other systems on the same images and pairs, where they are installed."""
