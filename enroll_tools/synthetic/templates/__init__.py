"""Templates of made-up fingers without their images, some thousands a second, to fill galleries."""
