"""The surfaces once more, written down independently of the engine: for PyTorch tensors and NumPy arrays alike."""

from __future__ import annotations

import math

# By key: J of the parameters, and of the exponential and the cosine of whoever computes.
FORMULAS = {
    "convex": lambda m, w: w**2 / 4,
    "khan": lambda m, w: 0.74 * w**4 + 3.1 * w**3 + 0.7 * w**2 - 8.82866 * w,
    "bowl": lambda m, x, y: (x**2 + y**2) / 2,
    "ravine": lambda m, x, y: 0.02 * x**2 + 2 * y**2,
    "saddle": lambda m, x, y: x**2 - y**2,
    "beale": lambda m, x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    "rosenbrock": lambda m, x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda m, x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "plateau": lambda m, x, y: 1 - m.exp(-(x**2 + y**2) / 2),
    "egg_box": lambda m, x, y: (x**2 + y**2) / 10 + 2 - m.cos(2 * math.pi * x) - m.cos(2 * math.pi * y),
}
