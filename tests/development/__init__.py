"""Commands for developing this project: wheels, pictures of its pages. Nothing imports it, no wheel holds it."""
