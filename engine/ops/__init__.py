"""Every kind of operation, declared once: formula, NumPy line, opcode."""

from engine.ops import (
    activations,
    batch,
    conv,
    dense,
    dropout,
    losses,
    penalties,
    pooling,
    reshape,
    response_norm,
    skip,
    updates,
)

__all__ = [
    "activations", "batch", "conv", "dense", "dropout", "losses", "penalties", "pooling", "reshape", "response_norm",
    "skip", "updates",
]  # fmt: skip
