"""Measured comparisons and timed goals; never part of the tests."""
