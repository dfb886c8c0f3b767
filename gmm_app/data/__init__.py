"""Data sets: readers, choice of columns, generators, writers."""
