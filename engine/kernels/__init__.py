"""The compiled floor: Numba kernels, arrays in, arrays out."""
