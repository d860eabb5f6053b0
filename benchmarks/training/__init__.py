"""Fitting what ships: calibration, evidence, index codes and lists, ridge quality."""
