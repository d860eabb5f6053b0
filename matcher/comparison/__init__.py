"""1:1: cylinders, alignment, evidence, and the calibration that gives a score its meaning."""
