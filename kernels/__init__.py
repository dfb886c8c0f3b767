"""Numba kernels of EM for Gaussian mixtures: arrays in, arrays out. No Qt, no files, no classes."""
