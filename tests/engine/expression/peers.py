"""Formulas at random, written and computed by other means than the engine's.

A peer tree is a tuple: ("number", text), ("name", name) or (operation, argument, …).
"""

from __future__ import annotations

import math

import numpy as np

SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**"}
UNARY = (
    *("exp", "log", "sin", "cos", "tan", "tanh", "sigmoid", "relu", "abs", "sqrt", "square", "softplus"),
    "negate",
)
LEVEL = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2, "negate": 3, "power": 4}


def render(tree):
    """Text with the brackets that Python's own rules of precedence ask for, and no others."""
    kind, *arguments = tree
    if kind in ("number", "name"):
        return arguments[0]
    texts = [render(argument) for argument in arguments]
    levels = [LEVEL.get(argument[0], 5) for argument in arguments]
    if kind in SIGNS:
        level = LEVEL[kind]
        left, right = (level + 1, 3) if kind == "power" else (level, level + 1)
        first = texts[0] if levels[0] >= left else f"({texts[0]})"
        second = texts[1] if levels[1] >= right else f"({texts[1]})"
        return f"{first} {SIGNS[kind]} {second}"
    if kind == "negate":
        return f"-{texts[0]}" if levels[0] >= 3 else f"-({texts[0]})"
    return f"{kind}({', '.join(texts)})"


MATH = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": math.pow,
    "negate": lambda a: -a,
    "exp": math.exp,
    "log": math.log,
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "tanh": math.tanh,
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "relu": lambda a: a if a > 0 else 0.0,
    "max": lambda *arguments: max(arguments),
    "min": lambda *arguments: min(arguments),
    "abs": abs,
    "sqrt": math.sqrt,
    "square": lambda a: a * a,
    "softplus": lambda a: math.log1p(math.exp(a)),
}
# Eighty bits where the machine has them: differences of values are then good to more than nine digits.
EXTENDED = {
    **MATH,
    "power": lambda a, b: a**b,
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "sqrt": np.sqrt,
    "softplus": lambda a: np.log1p(np.exp(a)),
    # Unlike Python's, these hand a nan on.
    "relu": lambda a: np.maximum(a, 0),
    "max": lambda first, *others: _folded(np.maximum, first, others),
    "min": lambda first, *others: _folded(np.minimum, first, others),
}


def torch_functions(torch):
    """The same in PyTorch; it sees no kinks, for where they are its slopes are others."""
    return {
        **MATH,
        "power": torch.pow,
        "exp": torch.exp,
        "log": torch.log,
        "sin": torch.sin,
        "cos": torch.cos,
        "tan": torch.tan,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "relu": torch.relu,
        "max": lambda first, *others: _folded(torch.maximum, first, others),
        "min": lambda first, *others: _folded(torch.minimum, first, others),
        "abs": torch.abs,
        "sqrt": torch.sqrt,
        "square": torch.square,
        "softplus": torch.nn.Softplus(threshold=1e9),
    }


def _folded(function, first, others):
    for other in others:
        first = function(first, other)
    return first


def compute(tree, values, functions=MATH, number=float):
    """The value of a peer tree."""
    kind, *arguments = tree
    if kind == "number":
        return number(arguments[0])
    if kind == "name":
        return values[arguments[0]]
    return functions[kind](*(compute(argument, values, functions, number) for argument in arguments))


def compute_with_error(tree, values):
    """The value of a peer tree, and how much of it an error of four units in the last place at each step may be.

    The errors of arguments are followed by computing again beside them.
    """
    kind, *arguments = tree
    if kind in ("number", "name"):
        return (float(arguments[0]) if kind == "number" else values[arguments[0]]), 0.0
    pairs = [compute_with_error(argument, values) for argument in arguments]
    at = [value for value, _ in pairs]
    value = MATH[kind](*at)
    error = 4 * math.ulp(value)
    for index, (argument, uncertain) in enumerate(pairs):
        beside = [
            MATH[kind](*at[:index], argument + step, *at[index + 1 :]) for step in (uncertain, -uncertain)
        ]
        error += max(abs(other - value) for other in beside)
    return value, error


def random_tree(rng, depth, names=("x1", "x2", "w")):
    """A peer tree that a generator draws; gradients are asked of these."""
    if depth == 0 or rng.random() < 0.1:
        if rng.random() < 0.7:
            return ("name", str(rng.choice(names)))
        return ("number", f"{rng.uniform(0.1, 3):.3f}")
    kind = str(rng.choice([*SIGNS, *UNARY, "max", "min"]))
    if kind == "power":
        # A base above 0, so that its logarithm exists.
        exponent = random_tree(rng, depth - 1, names) if rng.random() < 0.5 else ("number", "3")
        return ("power", ("softplus", random_tree(rng, depth - 1, names)), exponent)
    count = int(rng.integers(2, 4)) if kind in ("max", "min") else 2 if kind in SIGNS else 1
    return (kind, *(random_tree(rng, depth - 1, names) for _ in range(count)))
