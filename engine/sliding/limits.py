"""How much may slide: limits that keep every number in view."""

from __future__ import annotations

OPERATIONS = ("convolution", "max", "average")
# By the number of axes of space, what one axis may have at most: of the input and of the kernel.
LARGEST_SIDE = {1: 32, 2: 32, 3: 6}
LARGEST_KERNEL = {1: 9, 2: 11, 3: 5}
MOST_CHANNELS, MOST_FILTERS = 3, 4
LARGEST_STRIDE, LARGEST_DILATION, LARGEST_PADDING = 8, 4, 8
# What stands in a cell, either way.
LARGEST_NUMBER = 9999.0
# Numbers in the output.
MOST_OUTPUTS = 10_000
